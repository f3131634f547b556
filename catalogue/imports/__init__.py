"""Trainings in and out of spreadsheets, as French ones write them."""
