"""What can be learnt: training bodies, trainings, their sessions and places, and the barème of their prices."""

from catalogue.models.demand import Interest
from catalogue.models.scales import HourlyRule, Scale
from catalogue.models.search import SearchEntry, SearchWord, Synonym, UnansweredSearch
from catalogue.models.sessions import Place, Session, SessionQuerySet, where
from catalogue.models.trainings import FormerReference, Subject, Trainer, Training, TrainingBody, address_of
from catalogue.models.years import Renewal, SchoolHoliday

__all__ = [
    "FormerReference",
    "HourlyRule",
    "Interest",
    "Place",
    "Renewal",
    "Scale",
    "SchoolHoliday",
    "SearchEntry",
    "SearchWord",
    "Session",
    "SessionQuerySet",
    "Subject",
    "Synonym",
    "Trainer",
    "Training",
    "TrainingBody",
    "UnansweredSearch",
    "address_of",
    "where",
]
