"""The catalogue in the staff's admin."""

from catalogue.admin.lists import (
    PlaceAdmin,
    ScaleAdmin,
    SubjectAdmin,
    SynonymAdmin,
    TrainerAdmin,
    TrainingBodyAdmin,
    UnansweredSearchAdmin,
)
from catalogue.admin.sessions import SessionAdmin
from catalogue.admin.trainings import TrainingAdmin

__all__ = [
    "PlaceAdmin",
    "ScaleAdmin",
    "SessionAdmin",
    "SubjectAdmin",
    "SynonymAdmin",
    "TrainerAdmin",
    "TrainingAdmin",
    "TrainingBodyAdmin",
    "UnansweredSearchAdmin",
]
