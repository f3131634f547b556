"""The catalogue in the staff's admin."""

from catalogue.admin.interests import InterestAdmin
from catalogue.admin.lists import (
    PlaceAdmin,
    ScaleAdmin,
    SchoolHolidayAdmin,
    SubjectAdmin,
    SynonymAdmin,
    TrainerAdmin,
    TrainingBodyAdmin,
    UnansweredSearchAdmin,
)
from catalogue.admin.sessions import SessionAdmin
from catalogue.admin.trainings import TrainingAdmin

__all__ = [
    "InterestAdmin",
    "PlaceAdmin",
    "ScaleAdmin",
    "SchoolHolidayAdmin",
    "SessionAdmin",
    "SubjectAdmin",
    "SynonymAdmin",
    "TrainerAdmin",
    "TrainingAdmin",
    "TrainingBodyAdmin",
    "UnansweredSearchAdmin",
]
