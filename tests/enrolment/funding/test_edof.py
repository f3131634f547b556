"""What EDOF gives, with invented rows of every kind: nothing is written before it was shown."""

import datetime
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import spreadsheets
from enrolment.desk import today as desk
from enrolment.funding import edof, edof_reader, marks
from enrolment.models import EdofDifference, Enrolment, Milestone, MilestoneMark, State
from tests.desk import press
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, OfficialFactory, SessionFactory, TrainingFactory, in_days

PAGE = "/admin/enrolment/edofdifference/lire/"
LIST = "/admin/enrolment/edofdifference/"
KINDS = EdofDifference.Kind


class TestReading:
    def test_columns_are_recognised_by_words_of_their_headers(self):
        headers = ["Organisme", "Nom de la formation", "N° dossier", "Nom naissance", "Prénom", "Début session"]
        headers += ["Statut", "Montant total", "Date de mise à jour"]
        assert edof_reader.recognise(headers) == {
            "number": 2,
            "name": 3,
            "first_name": 4,
            "training": 1,
            "start": 5,
            "state": 6,
            "amount": 7,
            "on": 8,
        }

    def test_a_table_is_read_below_lines_that_come_before_its_headers(self):
        text = "Export du 25/11/2026\n\nNuméro de dossier;Nom;État;Début;Montant\n"
        text += "AB-123456;MOREAU;Validé;12/03/2027;1 200,50\n"
        (row,) = edof_reader.read(text.encode()).rows
        assert (row.number, row.name, row.start, row.amount) == (
            "AB123456",
            "MOREAU",
            datetime.date(2027, 3, 12),
            Decimal("1200.50"),
        )

    @pytest.mark.parametrize(
        ("text", "number", "milestone"),
        [
            ("[Non traité] Dossier de formation n°12345678", "12345678", Milestone.REQUESTED),
            ("TR : [Annulé] dossier de formation N° 12-345-678", "12345678", Milestone.CANCELLED),
            ("[Accepté] Dossier de formation 12345678901", "12345678901", Milestone.PROPOSED),
        ],
    )
    def test_subjects_of_mails(self, text, number, milestone):
        (row,) = edof_reader.read(text.encode()).rows
        assert (row.number, row.milestone) == (number, milestone)

    def test_a_list_copied_as_text(self):
        reading = edof_reader.read("12345678 Moreau Jeanne 12/03/2027 Validé 200,00 €\nBonjour,\n".encode())
        (row,) = reading.rows
        assert (row.number, row.milestone, row.amount) == ("12345678", Milestone.VALIDATED, Decimal("200.00"))
        assert [text for _, text in reading.refused] == ["Bonjour,"]

    @pytest.mark.parametrize(
        ("state", "milestone"),
        [
            ("Non traité", "requested"),
            ("Accepté", "proposed"),
            ("À valider", "proposed"),
            ("Validé", "validated"),
            ("En formation", "validated"),
            ("Service fait validé", "validated"),
            ("Refusé par l'organisme", "refused"),
            ("Annulé par le titulaire", "cancelled"),
            ("Zèbre", None),
        ],
    )
    def test_states(self, state, milestone):
        assert edof_reader.EdofRow(1, state=state).milestone == milestone


@pytest.fixture
def session(db):
    return SessionFactory(training=TrainingFactory(title="Le budget"), start=in_days(40))


def dossier(session, birth_name="Moreau", first_names="Jeanne", *, number="", state=State.SENT) -> Enrolment:
    """A dossier that was sent, and its number on Mon Compte Formation when the person noted it."""
    user = OfficialFactory(birth_name=birth_name, first_names=first_names)
    answers = {"birth_name": birth_name, "first_names": first_names, "accepts_mcf_risk": True}
    answers |= {"email": "jeanne.moreau@courriel.example", "mandate": "Maire"}
    made = send(EnrolmentFactory(user=user, session=session), answers=answers)
    if number:
        marks.say(user, "requested", in_days(-1), user, timezone.now(), enrolment=made, file_number=number)
    if state != State.SENT:
        Enrolment.objects.filter(pk=made.pk).update(state=state)
    return made


def table(*rows: tuple) -> str:
    headers = "N° de dossier;Nom;Prénom;Début de session;État;Montant"
    return "\n".join([headers, *(";".join(map(str, row)) for row in rows)])


@pytest.fixture
def desk_of(staff_client, run_tasks):
    """Give, read what is shown, confirm."""

    class Desk:
        def give(self, text="", file=None, **more):
            data = {"text": text, **({"file": file} if file else {}), **more}
            answer = staff_client.post(PAGE, data)
            assert answer.status_code == 302, answer.text
            run_tasks()
            self.page = staff_client.get(answer.url)
            return self.page

        def post(self, **data):
            staff_client.post(self.page.wsgi_request.path, data)
            run_tasks()
            return staff_client.get(self.page.wsgi_request.path)

        def confirm(self, **picked):
            ticked = {}
            for place, line in enumerate(self.page.context["found"]["lines"]):
                if line["sureness"] == "certain":
                    ticked[f"line-{place}"] = line["choices"][0]["key"]
            return self.post(act="confirm", **{**ticked, **picked})

    return Desk()


def start(session) -> str:
    return f"{session.start:%d/%m/%Y}"


def noted(enrolment) -> dict[str, bool]:
    live = MilestoneMark.objects.filter(enrolment=enrolment, undone_at=None)
    return {mark.milestone: mark.by_staff for mark in live}


class TestMatching:
    def sureness(self, desk_of, *rows) -> list[tuple[str, str]]:
        page = desk_of.give(table(*rows))
        return [(line["sureness"], line["why"]) for line in page.context["found"]["lines"]]

    def test_by_its_number_whatever_the_signs_between(self, session, desk_of):
        dossier(session, number="ab 123-456 78")
        assert self.sureness(desk_of, ("AB-12345678", "", "", "", "Validé", "")) == [("certain", "même numéro")]

    def test_the_same_number_with_another_name_is_to_be_looked_at(self, session, desk_of):
        dossier(session, number="12345678")
        found = self.sureness(desk_of, ("12345678", "PETIT", "Paul", start(session), "Validé", ""))
        assert found == [("possible", "même numéro, autre nom")]

    def test_by_name_and_session_without_accents_or_case(self, session, desk_of):
        dossier(session, "Guérin-Bœuf", "Zoé, Marie")
        found = self.sureness(desk_of, ("99999999", "GUERIN BOEUF", "ZOE", start(session), "Accepté", ""))
        assert found == [("certain", "même nom, même session")]

    def test_the_same_name_for_another_day_is_possible(self, session, desk_of):
        dossier(session)
        found = self.sureness(desk_of, ("99999999", "Moreau", "Jeanne", "01/01/2020", "Accepté", ""))
        assert found == [("possible", "même nom, autre date")]

    def test_a_couple_in_the_same_session_is_possible_by_name_alone(self, session, desk_of):
        dossier(session)
        dossier(session, first_names="Paul")
        found = self.sureness(desk_of, ("99999999", "Moreau", "", start(session), "Accepté", ""))
        assert found == [("possible", "même session, nom proche")]

    def test_two_lines_for_one_dossier_are_not_certain(self, session, desk_of):
        dossier(session)
        row = ("", "Moreau", "Jeanne", start(session), "Accepté", "")
        assert [sure for sure, _ in self.sureness(desk_of, row, row)] == ["possible", "possible"]

    def test_nobody(self, session, desk_of):
        assert self.sureness(desk_of, ("99999999", "Inconnue", "", "", "Validé", "")) == [("none", "")]


class TestConfirming:
    def test_nothing_is_written_before_it_was_shown_and_confirmed(self, session, desk_of):
        made = dossier(session, number="12345678")
        page = desk_of.give(table(("12345678", "Moreau", "Jeanne", start(session), "Accepté", "")))
        assert "vu par l'ADM79" in page.text
        assert noted(made) == {"requested": False}
        assert not EdofDifference.objects.exists()
        desk_of.confirm()
        assert noted(made) == {"requested": False, "proposed": True}
        mark = MilestoneMark.objects.get(enrolment=made, milestone="proposed")
        assert mark.on == timezone.localdate()

    def test_the_day_of_the_state_is_kept(self, session, desk_of):
        made = dossier(session, number="12345678")
        text = f"Numéro de dossier;État;Date de l'état\n12345678;Validé;{in_days(-3):%d/%m/%Y}"
        desk_of.give(text)
        desk_of.confirm()
        assert MilestoneMark.objects.get(enrolment=made, milestone="validated").on == in_days(-3)

    def test_the_number_is_noted_with_the_dossier_that_was_found_by_name(self, session, desk_of):
        made = dossier(session)
        desk_of.give(table(("12345678", "Moreau", "Jeanne", start(session), "Non traité", "")))
        desk_of.confirm()
        assert MilestoneMark.objects.get(enrolment=made).file_number == "12345678"
        assert noted(made) == {"requested": True}

    def test_a_possible_one_is_noted_only_when_it_was_chosen(self, session, desk_of):
        made = dossier(session)
        rows = table(("12345678", "Moreau", "Jeanne", "01/01/2020", "Accepté", ""))
        desk_of.give(rows)
        desk_of.confirm()
        assert noted(made) == {}
        desk_of.give(rows)
        desk_of.confirm(**{"line-0": str(made.pk)})
        assert noted(made) == {"requested": True, "proposed": True}

    def test_a_dossier_that_was_not_offered_cannot_be_chosen(self, session, desk_of):
        made, other = dossier(session), dossier(session, "Petit")
        desk_of.give(table(("12345678", "Moreau", "Jeanne", start(session), "Accepté", "")))
        desk_of.confirm(**{"line-0": str(other.pk)})
        assert noted(other) == noted(made) == {}

    def test_again_changes_nothing(self, session, desk_of):
        made = dossier(session, number="12345678")
        for _ in range(2):
            desk_of.give("[Accepté] Dossier de formation n°12345678")
            page = desk_of.confirm()
        assert "tout était déjà noté" in page.text
        assert MilestoneMark.objects.filter(enrolment=made, milestone="proposed").count() == 1

    def test_excel_too(self, session, desk_of):
        made = dossier(session, number="12345678")
        book = openpyxl.Workbook()
        book.active.append(["Dossier n°", "Statut"])
        book.active.append([12345678, "Validé"])
        out = io.BytesIO()
        book.save(out)
        desk_of.give(file=SimpleUploadedFile("edof.xlsx", out.getvalue()))
        desk_of.confirm()
        assert noted(made)["validated"]

    def test_columns_are_corrected_by_staff(self, session, desk_of):
        made = dossier(session, number="12345678")
        page = desk_of.give("Dossier;Nom;Suivi\n12345678;Moreau;Accepté\n")
        assert page.context["found"]["lines"][0]["state"] == ""
        mapping = {"column-number": "0", "column-name": "1", "column-state": "2"}
        desk_of.page = desk_of.post(act="again", **mapping)
        assert desk_of.page.context["found"]["lines"][0]["state"] == "Accepté"
        desk_of.confirm()
        assert noted(made)["proposed"]

    def test_what_says_nothing_is_told_in_words(self, desk_of, db):
        page = desk_of.give("Bonjour,\nMerci de votre envoi.")
        assert "Aucun dossier n'a été reconnu" in page.text.replace("&#x27;", "'")

    def test_a_file_or_a_text_is_asked_for(self, staff_client):
        answer = staff_client.post(PAGE, {"text": ""})
        assert answer.status_code == 422
        assert "Choisissez un fichier, ou collez une liste." in answer.text


class TestDifferences:
    def kinds(self) -> list[str]:
        return sorted(EdofDifference.objects.filter(settled_at=None).values_list("kind", flat=True))

    def test_there_and_not_here(self, desk_of, session):
        desk_of.give(table(("99999999", "Inconnue", "Anne", "", "Validé", "")))
        desk_of.confirm()
        assert self.kinds() == ["there_not_here"]
        assert "Inconnue Anne" in EdofDifference.objects.get().words

    def test_here_and_not_there_when_the_list_is_whole(self, desk_of, session):
        dossier(session, number="12345678")
        dossier(session, "Petit")
        for complete, kinds in ((False, []), (True, ["here_not_there"])):
            desk_of.give("[Accepté] Dossier de formation n°12345678", **({"complete": "on"} if complete else {}))
            desk_of.confirm()
            assert self.kinds() == kinds

    @pytest.mark.parametrize(
        ("state", "there", "differs"),
        [
            (State.SENT, "Annulé", True),
            (State.SENT, "Refusé", True),
            (State.SENT, "Validé", False),
            (State.CANCELLED, "Validé", True),
            (State.REFUSED, "Refusé", False),
            (State.SENT, "Zèbre", True),
        ],
    )
    def test_another_state(self, desk_of, session, state, there, differs):
        dossier(session, number="12345678", state=state)
        desk_of.give(f"[{there}] Dossier de formation n°12345678")
        desk_of.confirm()
        assert self.kinds() == (["other_state"] if differs else [])

    def test_what_the_person_said_and_edof_does_not_show(self, desk_of, session):
        made = dossier(session, number="12345678")
        marks.say(made.user, "validated", in_days(0), made.user, timezone.now(), enrolment=made)
        desk_of.give("[Accepté] Dossier de formation n°12345678")
        desk_of.confirm()
        assert self.kinds() == ["other_state"]

    def test_another_amount(self, desk_of, session):
        dossier(session, number="12345678")
        for amount, kinds in (("200,00", []), ("250,00", ["other_amount"])):
            desk_of.give(table(("12345678", "Moreau", "Jeanne", start(session), "Accepté", amount)))
            desk_of.confirm()
            assert self.kinds() == kinds

    def test_a_later_list_settles_what_it_no_longer_shows(self, desk_of, session):
        dossier(session, number="12345678")
        for there in ("Annulé", "Annulé", "Validé"):
            desk_of.give(f"[{there}] Dossier de formation n°12345678")
            desk_of.confirm()
        (difference,) = EdofDifference.objects.all()
        assert difference.settled_how == "N'apparaît plus dans la liste d'EDOF."

    def test_open_ones_are_a_line_of_today_which_opens_them(self, desk_of, session, staff, staff_client):
        desk_of.give(table(("99999999", "Inconnue", "Anne", "", "Validé", "")))
        assert "EDOF" not in str(list(desk.lines(staff, timezone.localdate())))
        desk_of.confirm()
        (line,) = [each for each in desk.lines(staff, timezone.localdate()) if "EDOF" in each.title]
        assert line.count == 1
        assert len(staff_client.get(line.url).context["cl"].result_list) == 1
        difference = EdofDifference.objects.get()
        press(staff_client, f"{LIST}{difference.pk}/agir/settle/", {"how": "Appelée."})
        difference.refresh_from_db()
        assert difference.settled_how == "Appelée."
        assert "EDOF" not in str(list(desk.lines(staff, timezone.localdate())))

    def test_what_was_settled_long_ago_is_forgotten(self, db):
        now = timezone.now()
        for days in (300, 400):
            settled = now - datetime.timedelta(days=days)
            EdofDifference.objects.create(kind=KINDS.OTHER_STATE, key=f"k{days}", words="…", settled_at=settled)
        assert edof.purge(now) == 1


class TestLists:
    """Participants, dossiers and movements of rights as spreadsheets."""

    def rows(self, response) -> list[dict]:
        headers, *rows = spreadsheets.rows_of(response.content)
        return [dict(zip(headers, row, strict=True)) for row in rows]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_participants_of_a_session_journaled_without_the_number(self, staff_client, session, kind):
        from django.contrib.admin.models import LogEntry

        dossier(session, "=Moreau")
        dossier_in(State.CANCELLED, session)
        response = staff_client.get(f"/admin/catalogue/session/{session.pk}/participants/?format={kind}")
        (row,) = self.rows(response)
        assert (row["nom de naissance"], row["état"]) == ("=Moreau", "envoyée")
        assert not re.search(r"\d{13}", str(row)), "the number is never there"
        assert f"participants-{session.training.reference}" in response["Content-Disposition"]
        assert LogEntry.objects.get().change_message.replace("\xa0", " ") == "Exporté : 1 ligne."

    def test_dossiers_as_the_list_is_filtered(self, staff_client, session):
        dossier(session, number="12345678")
        dossier(session, "Petit", state=State.CANCELLED)
        (row,) = self.rows(staff_client.get("/admin/enrolment/enrolment/exporter/?state__exact=sent"))
        assert row["numéro du dossier sur Mon Compte Formation"] == "12345678"
        assert row["prix"] == 200

    def test_the_lists_lead_to_their_files(self, staff_client, session):
        for page in ("enrolment/enrolment", "enrolment/ledgerentry", "catalogue/training"):
            assert "exporter/?format=csv" in staff_client.get(f"/admin/{page}/").text
        assert "Répondre aux demandes" in staff_client.get("/admin/enrolment/enrolment/").text

    def test_movements_of_rights_keep_their_sign(self, staff_client, session):
        dossier(session)
        rows = self.rows(staff_client.get("/admin/enrolment/ledgerentry/exporter/?format=csv"))
        assert {row["montant (€)"] for row in rows} == {"800,00", "-200,00"}

    def test_who_may_not_read_may_not_export(self, as_user, staff_without_rights, session):
        client = as_user(staff_without_rights)
        for page in (f"catalogue/session/{session.pk}/participants/", "enrolment/enrolment/exporter/"):
            assert client.get(f"/admin/{page}").status_code == 403
