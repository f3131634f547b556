"""Enrolments that staff prepare for who calls; the person finishes them by a link, and proves themselves then."""
