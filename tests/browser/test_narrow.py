"""Nothing runs over the edge: the longest title on the narrowest screen, and text at twice its size."""

import pytest
from playwright.sync_api import Page

from enrolment.models import Enrolment
from tests.factories import EnrolmentFactory, OfficialFactory, ScaleFactory, SessionFactory, TrainingFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST = (
    "Anticonstitutionnellement intercommunalité : dématérialisation et contractualisation des "
    "infrastructures d'assainissement, responsabilités administratives et professionnalisation des représentants"
)
WIDTHS = {"the narrowest screen": (320, 16), "text at twice its size": (640, 32)}
"""Width, and the size of text that the person has chosen in their browser (16 is the usual one), in pixels."""


@pytest.fixture
def dossier() -> Enrolment:
    """A dossier for a training with the longest title."""
    ScaleFactory()
    session = SessionFactory(training=TrainingFactory(title=LONGEST[:200]))
    return EnrolmentFactory(user=OfficialFactory(birth_name="Mattéi-d'Ornano-Saint-Hilaire"), session=session)


@pytest.mark.parametrize("how", WIDTHS)
def test_nothing_runs_over_the_edge(page: Page, sign_in, dossier: Enrolment, how: str) -> None:
    width, size = WIDTHS[how]
    page.set_viewport_size({"width": width, "height": 740})
    sizes = {"fontSizes": {"standard": size, "fixed": size}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    training = dossier.session.training.get_absolute_url()
    over = []
    for visitor, paths in (
        ("visitor", ("/", "/aide/", training, "/connexion/", "/compte/creer/", "/formations-a-venir/")),
        (
            "official",
            (
                "/",
                training,
                "/formations/",
                "/inscriptions/",
                dossier.get_absolute_url(),
                f"{dossier.get_absolute_url()}identification/",
                "/mes-droits/",
                "/identite/",
                "/identite/?etape=photos",
                "/mon-compte/",
                "/mon-compte-formation/",
            ),
        ),
    ):
        if visitor == "official":
            sign_in(dossier.user)
        for path in paths:
            page.goto(path)
            found = page.evaluate("document.documentElement.scrollWidth")
            if found > width:
                over.append(f"{visitor} {path}: {found}")
    assert over == []
