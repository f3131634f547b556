import datetime
from zoneinfo import ZoneInfo

import pytest

from enrolment.identity_checks import documents
from enrolment.identity_checks.checks import Details, Kind
from tests.enrolment.identity_checks import copies

NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def now() -> datetime.datetime:
    """Monday 23 November 2026, ten in the morning in Paris."""
    return NOW


@pytest.fixture
def card() -> Details:
    """What Jeanne Moreau reads on her card."""
    return Details(
        document_kind=Kind.CARD,
        birth_name="Moreau",
        usual_name="Petit",
        first_names="Jeanne Louise",
        birth_date=datetime.date(1958, 3, 14),
        birth_place="Niort",
        nationality="Française",
    )


@pytest.fixture(scope="session")
def photo() -> documents.CleanDocument:
    """A good copy of one side."""
    return documents.clean(copies.image("JPEG"))


@pytest.fixture
def both_sides(photo) -> dict[str, documents.CleanDocument]:
    """Front and back."""
    return {"front": photo, "back": photo}
