"""The version of the conditions générales d'utilisation in force."""

TERMS_VERSION = "2026-11"
"""Recorded with the consent (``User.terms_version``). Change it with the text in ``templates/guide/terms.html``."""
