"""A year in an afternoon, in a real browser: last year taken up, a spreadsheet both ways, what EDOF says."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Renewal, Training
from catalogue.trainings import renewal
from enrolment.funding import marks
from enrolment.models import EdofDifference, MilestoneMark
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, SessionFactory, StaffFactory, TrainingFactory, in_days

pytestmark = pytest.mark.django_db(transaction=True)

MCF = "https://www.moncompteformation.gouv.fr/espace-prive/html/#/formation/recherche/83124567500010_{0}/83124567500010_{0}"
PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
LIST = "/admin/catalogue/training/"


@pytest.fixture
def desk(page: Page, sign_in) -> Page:
    """A member of staff with every right, at their screen."""
    sign_in(StaffFactory(is_superuser=True))
    return page


@pytest.fixture
def last_year() -> list[Training]:
    """Three trainings that were held last year, on a Tuesday."""
    tuesday = date(in_days(0).year - 1, 6, 10)
    tuesday += timedelta(days=(1 - tuesday.weekday()) % 7)
    made = [TrainingFactory(title=title) for title in ("Le budget", "La voirie", "Les écoles")]
    for training in made:
        SessionFactory(training=training, start=tuesday, end=tuesday)
    Training.objects.filter(pk=made[2].pk).update(summary="")
    return made


@pytest.mark.parametrize("width", [1280, 768])
def test_a_year_is_prepared(desk: Page, last_year, axe, width: int) -> None:
    year = in_days(0).year
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(LIST)
    desk.get_by_role("link", name="Reprendre l'an dernier").click()
    desk.goto(f"{LIST}reprendre/?annee={year - 1}")
    axe(desk)
    desk.get_by_role("button", name=f"Reprendre pour {year}").click()
    expect(desk.get_by_text("3 brouillons, dont 2 prêts")).to_be_visible()
    axe(desk)
    links = desk.get_by_label("Lien Mon Compte Formation", exact=True)
    links.first.evaluate(PASTE, "\r\n".join([MCF.format("a"), MCF.format("b"), MCF.format("c")]))
    expect(links.nth(1)).to_have_value(MCF.format("b"))
    desk.get_by_label("Titre").nth(2).fill("")
    desk.get_by_role("button", name="Enregistrer et publier ce qui est prêt").click()
    expect(desk.get_by_text("Publié : 2")).to_be_visible()
    expect(desk.get_by_label("Titre")).to_have_count(1)
    expect(desk.get_by_label("Lien Mon Compte Formation", exact=True)).to_have_value(MCF.format("c"))
    axe(desk)
    desk.get_by_label("Titre").fill("Les écoles de la commune")
    desk.get_by_role("button", name="Enregistrer et publier ce qui est prêt").click()
    expect(desk.get_by_text("Il manque, pour publier")).to_be_visible()
    copies = [each.training for each in Renewal.objects.order_by("pk").select_related("training")]
    assert [copy.status for copy in copies] == ["published", "published", "draft"]
    assert [copy.mcf_url for copy in copies] == [MCF.format(letter) for letter in "abc"]
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_links_are_pasted_one_a_line(page_no_js: Page, sign_in, last_year, base_url) -> None:
    year = in_days(0).year
    renewal.take_up(year - 1, [each.pk for each in last_year])
    sign_in(StaffFactory(is_superuser=True), into=page_no_js.context)
    page_no_js.goto(f"{base_url}{LIST}reprendre/{year}/")
    page_no_js.get_by_text("Coller tous les liens").click()
    page_no_js.locator("#links").fill(f"{MCF.format('a')}\n\n{MCF.format('c')}")
    page_no_js.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page_no_js.get_by_label("Lien Mon Compte Formation", exact=True).first).to_have_value(MCF.format("a"))
    assert [each.training.mcf_url for each in Renewal.objects.order_by("pk")] == [MCF.format("a"), "", MCF.format("c")]


def test_a_spreadsheet_goes_out_and_comes_back(desk: Page, tmp_path: Path, run_tasks, axe) -> None:
    formula = TrainingFactory(title="=1+1 : la dépense", reference="depense")
    SessionFactory(training=formula, start=in_days(60))
    SessionFactory(training=formula, start=in_days(90))
    other = TrainingFactory(title="La voirie", reference="voirie", summary="")
    desk.goto(LIST)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Exporter (CSV)").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == f"formations-{in_days(0)}.csv"
    lines = file.read_text("utf-8-sig").splitlines()
    assert any("'=1+1" in line for line in lines)
    file.write_text("\n".join(lines).replace("La voirie", "La voirie communale"), "utf-16")

    desk.get_by_role("link", name="Importer", exact=True).click()
    axe(desk)
    desk.get_by_label("Fichier Excel (.xlsx) ou CSV").set_input_files(file)
    desk.get_by_role("button", name="Voir ce que cela ferait").click()
    expect(desk.get_by_text("Lecture en cours")).to_be_visible()
    axe(desk)
    run_tasks()
    expect(desk.get_by_text("0 à ajouter, 1 à modifier, 2 sans changement")).to_be_visible()
    axe(desk)
    desk.get_by_role("button", name="Importer").click()
    run_tasks()
    expect(desk.get_by_text("C'est fait")).to_be_visible()
    formula.refresh_from_db()
    other.refresh_from_db()
    assert (formula.title, formula.sessions.count()) == ("=1+1 : la dépense", 2)
    assert (other.title, other.summary) == ("La voirie communale", "")


def test_what_edof_says_is_shown_before_it_is_written(desk: Page, run_tasks, axe) -> None:
    dossier = send(EnrolmentFactory())

    marks.say(
        dossier.user, "requested", in_days(0), dossier.user, timezone.now(), enrolment=dossier, file_number="12345678"
    )
    desk.goto("/admin/enrolment/edofdifference/")
    desk.get_by_role("link", name="Lire ce que dit EDOF").click()
    axe(desk)
    desk.get_by_label("Ou collez ici une liste").fill(
        "[Accepté] Dossier de formation n°12345678\n[Non traité] Dossier de formation n°99999999"
    )
    desk.get_by_role("button", name="Voir ce que cela ferait").click()
    run_tasks()
    expect(desk.get_by_text("1 sûre, 0 à vérifier, 1 sans dossier ici")).to_be_visible()
    axe(desk)
    assert MilestoneMark.objects.filter(by_staff=True).count() == EdofDifference.objects.count() == 0
    desk.get_by_role("button", name="Noter ce qui est coché").click()
    run_tasks()
    expect(desk.get_by_text("1 écart à regarder")).to_be_visible()
    assert MilestoneMark.objects.get(by_staff=True).milestone == "proposed"
    desk.goto("/admin/")
    desk.get_by_role("link", name="Écarts avec EDOF à regarder").click()
    expect(desk.get_by_text("n'a pas retrouvé").or_(desk.get_by_text("99999999")).first).to_be_visible()
