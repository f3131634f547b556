"""« Chiffres »: whatever happened, each number is what plain counting finds, and opens a list of that length."""

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from statistics import mean, median

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Commune, Mandate
from catalogue.models import Subject, UnansweredSearch
from core.models import StepCount
from enrolment.figures.board import Board
from enrolment.figures.lists import LISTS
from enrolment.figures.paths import STEP_LISTS
from enrolment.figures.scope import NOWHERE, Scope
from enrolment.models import Enrolment, EnrolmentEvent, MilestoneMark
from tests.factories import (
    CommuneFactory,
    MandateFactory,
    PostalCodeFactory,
    SessionFactory,
    SubjectFactory,
    TrainingFactory,
    UserFactory,
)

TODAY = datetime.date(2026, 7, 1)
NOON = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)
SENT_STATES = ("sent", "waiting", "accepted", "refused", "cancelled", "attended", "absent", "lapsed")
SEATED = {"sent", "accepted", "attended", "absent"}
COMMUNES = (("79191", "Niort", "1"), ("79174", "Melle", "2"), ("79202", "Parthenay", "2"), ("86194", "Poitiers", "9"))
"""The last one is in another department."""
HOME = COMMUNES[:3]


@dataclass(frozen=True)
class Term:
    """A mandate: which commune, from and to which day; None where it is not known."""

    commune: int
    start: datetime.date | None
    end: datetime.date | None

    def ran_on(self, day: datetime.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Run:
    """A session."""

    start: datetime.date
    subject: int
    place: int
    cancelled: bool

    @property
    def counts(self) -> bool:
        return not self.cancelled and self.start <= TODAY


@dataclass(frozen=True)
class File:
    """A dossier that was sent."""

    person: int
    session: int
    state: str
    sent: datetime.date
    waited: int | None
    rights: int
    paid: bool | None


DAYS = st.dates(datetime.date(2024, 12, 25), datetime.date(2026, 8, 1))
TERMS = st.builds(Term, st.integers(0, 3), st.none() | DAYS, st.none() | DAYS)
RUNS = st.builds(Run, DAYS, st.integers(0, 1), st.integers(0, 3), st.booleans())
FILES = st.builds(
    File,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(SENT_STATES),
    DAYS.filter(lambda day: day <= TODAY),
    st.none() | st.integers(0, 40),
    st.sampled_from([0, 100, 150]),
    st.none() | st.booleans(),
)


@dataclass(frozen=True)
class World:
    people: list[list[Term]]
    runs: list[Run]
    files: list[File]

    def make(self) -> None:
        communes = [
            CommuneFactory(code=code, name=name, epci=epci, epci_name=f"CC {epci}") for code, name, epci in COMMUNES
        ]
        for commune in communes:
            PostalCodeFactory(code=f"{commune.code[:2]}000", commune=commune)
        trainings = [TrainingFactory(subject=SubjectFactory(name=f"Thème {number}")) for number in range(2)]
        people = [UserFactory(birth_name=f"Moreau{'abcd'[number]}") for number in range(4)]
        for person, terms in zip(people, self.people, strict=True):
            for term in terms:
                MandateFactory(user=person, commune=communes[term.commune], start=term.start, end=term.end)
        sessions = [self._session(number, run, trainings, communes) for number, run in enumerate(self.runs)]
        for number, file in enumerate(self.files):
            self._file(number, file, people[file.person], sessions[file.session])

    def _session(self, number, run, trainings, communes):
        from tests.factories import PlaceFactory

        taken = sum(file.session == number and file.state in SEATED for file in self.files)
        cancelled = NOON if run.cancelled else None
        place = PlaceFactory(commune=communes[run.place])
        training = trainings[run.subject]
        return SessionFactory(
            training=training, start=run.start, place=place, seats=20, seats_taken=taken, cancelled_at=cancelled
        )

    @staticmethod
    def _file(number, file, person, session):
        sent = timezone.make_aware(datetime.datetime.combine(file.sent, datetime.time(9)))
        dossier = Enrolment.objects.create(
            user=person, session=session, state=file.state, sent_at=sent, reference=f"79-{number:04}", proof="password",
            price=200, last_day_to_send=file.sent, birth_name="M", first_names="J", rights_agreed=file.rights,
            rights_used=file.rights,
        )  # fmt: skip
        if file.waited is not None:
            for later in (0, 3):  # a decision taken back and taken again: the first answer counts
                at = sent + datetime.timedelta(days=file.waited + later, hours=5)
                EnrolmentEvent.objects.create(
                    enrolment=dossier, at=at, transition="accept", source="sent", target="accepted"
                )
        if file.paid is not None:
            MilestoneMark.objects.create(
                user=person, enrolment=dossier, milestone="paid", on=file.sent, by_staff=file.paid
            )

    # Counting by hand ---------------------------------------------------------------------------------

    def communes_of(self, file: File) -> set[int]:
        day = self.runs[file.session].start
        return {term.commune for term in self.people[file.person] if term.ran_on(day) and term.commune < 3}

    def concerned(self, file: File, subject: int | None, epci: str) -> bool:
        if subject is not None and self.runs[file.session].subject != subject:
            return False
        theirs = {COMMUNES[each][2] for each in self.communes_of(file)}
        return (not theirs if epci == NOWHERE else epci in theirs) if epci else True

    def expected(self, year: int, subject: int | None, epci: str) -> dict[str, object]:
        mine = [file for file in self.files if self.concerned(file, subject, epci)]
        sent = [file for file in mine if file.sent.year == year]
        states = Counter(file.state for file in sent)
        waits = sorted(file.waited for file in sent if file.waited is not None)
        runs = [(number, run) for number, run in enumerate(self.runs) if run.counts and run.start.year == year]
        runs = [each for each in runs if subject is None or each[1].subject == subject]
        here = [each for each in runs if self._held_in(each[1], epci)]
        begun = {number for number, _ in runs}
        followed = [file for file in mine if file.session in begun and file.state == "attended"]
        rights = [(file.rights, file.paid) for file in followed]
        reached = {each for file in followed for each in self.communes_of(file)}
        ever = {
            each
            for file in self.files
            if (run := self.runs[file.session]).counts and run.start.year <= year and file.state == "attended"
            if subject is None or run.subject == subject
            for each in self.communes_of(file)
        }
        every = {number for number, (_, _, its) in enumerate(HOME) if not epci or its == epci}
        return {
            "Demandes envoyées": len(sent),
            "Demandes acceptées": states["accepted"] + states["attended"] + states["absent"],
            "Demandes refusées": states["refused"],
            "Demandes annulées": states["cancelled"],
            "Demandes en liste d'attente, ou restées sans place": states["waiting"] + states["lapsed"],
            "Demandes à répondre": states["sent"],
            "Demandes répondues": len(waits),
            "waits": waits,
            "Sessions tenues": len(here),
            "Places offertes": 20 * len(here),
            "Places prises": sum(
                file.state in SEATED for file in self.files if file.session in {number for number, _ in here}
            ),
            "Formations suivies": len(followed),
            "Élus formés": len({file.person for file in followed}),
            "Communes atteintes dans l'année": len(reached & every),
            "Communes jamais atteintes": len(every - ever),
            "Droits mobilisés": sum(amount for amount, _ in rights),
            "dont payés, vu par l'ADM79": sum(amount for amount, paid in rights if paid),
            "dont payés, dit par l'élu": sum(amount for amount, paid in rights if paid is False),
            "dont personne n'a dit s'ils sont payés": sum(amount for amount, paid in rights if paid is None),
        }

    @staticmethod
    def _held_in(run: Run, epci: str) -> bool:
        if epci == NOWHERE:
            return run.place == 3
        return not epci or COMMUNES[run.place][2] == epci


@st.composite
def worlds(draw):
    people = [draw(st.lists(TERMS, max_size=2)) for _ in range(4)]
    runs = [draw(RUNS) for _ in range(4)]
    files = draw(st.lists(FILES, max_size=8, unique_by=lambda file: (file.person, file.session)))
    return World(people, runs, files)


NARROWER = ((None, ""), (0, ""), (None, "2"), (1, "1"), (None, NOWHERE))
"""Subject and intercommunalité, or not."""


class TestEveryNumber(TestCase):
    @settings(max_examples=25)
    @given(worlds(), st.sampled_from([2025, 2026]), st.sampled_from(NARROWER))
    def test_is_what_plain_counting_finds(self, world, year, narrower):
        with time_machine.travel(NOON, tick=False):
            world.make()
            subject, epci = narrower
            known = Subject.objects.get(name=f"Thème {subject}").pk if subject is not None else None
            scope = Scope(year, TODAY, known, epci)
            self.compare(Board(scope), world.expected(year, subject, epci))
            self.compare_tables(world, Scope(year, TODAY))

    def compare(self, board, expected):
        waits = expected.pop("waits")
        found = {each.title: each for _, figures in board.groups for each in figures}
        assert {title: each.value for title, each in found.items()} == expected
        if waits:
            note = found["Demandes répondues"].note.replace("\N{NO-BREAK SPACE}", " ")
            numbers = [int(number) for number in re.findall(r"\d+", note)]
            assert numbers == [round(median(waits)), round(mean(waits)), waits[-1]]

    def compare_tables(self, world, scope):
        board = Board(scope)
        sent = Counter(file.sent.month for file in world.files if file.sent.year == scope.year)
        assert [cells[0].value for _, cells in board.by_month().rows] == [sent[month] for month in range(1, 13)]
        for number, (words, cells) in enumerate(sorted(board.by_subject().rows)):
            expected = world.expected(scope.year, int(words[-1]), "")
            assert [each.value for each in cells] == [expected[each.title] for each in cells], number
        sirens = ["1", "2", NOWHERE]
        for siren, (_, cells) in zip(sirens, board.by_epci().rows, strict=True):
            expected = world.expected(scope.year, None, siren)
            assert [each.value for each in cells] == [expected[each.title] for each in cells]


@pytest.fixture
def world(db, time_machine):
    """A year with something of everything."""
    time_machine.move_to(NOON)
    day = datetime.date(2026, 3, 3)
    files = [
        File(person, session, state, day, 4, 100, paid)
        for person, session, state, paid in [
            (0, 0, "attended", True), (1, 0, "attended", False), (2, 0, "attended", None), (0, 1, "accepted", None),
            (1, 1, "refused", None), (2, 1, "waiting", None), (3, 1, "cancelled", None), (3, 0, "sent", None),
        ]
    ]  # fmt: skip
    runs = [Run(datetime.date(2026, 5, 5), 0, 0, False), Run(datetime.date(2026, 6, 6), 1, 1, False)]
    runs += [Run(datetime.date(2026, 6, 7), 0, 1, True), Run(datetime.date(2026, 7, 30), 0, 1, False)]
    terms = [[Term(0, None, None)], [Term(1, None, None)], [Term(3, None, None)], []]
    World(terms, runs, files).make()
    UnansweredSearch.objects.create(terms="kayak", times=4, year=2026, first_on=day, last_on=day)
    UnansweredSearch.objects.create(terms="rare", times=1, year=2026, first_on=day, last_on=day)
    for path, step, times in [("signup", "commence", 9), ("signup", "identite", 6), ("enrolment", "informations", 2)]:
        StepCount.objects.create(day=day, path=path, step=step, times=times)
    return files


def every_figure(board):
    yield from (each for _, figures in board.groups for each in figures)
    yield from (each for table in board.tables for _, cells in table.rows for each in cells)
    yield board.searches


def test_every_number_opens_a_list_that_says_the_same(world, staff, as_user):
    client = as_user(staff)
    page = client.get("/admin/chiffres/", {"annee": "2026"})
    seen = 0
    for each in every_figure(page.context["board"]):
        assert each.url.replace("&", "&amp;") in page.text
        answer = client.get(each.url)
        shown = re.search(r'<strong class="total">(.+?)</strong>', answer.text)[1]
        assert shown == each.shown, each.title
        pages, field = answer.context["pages"], answer.context["each"].amount
        rows = list(pages.paginator.object_list)
        assert (sum(getattr(row, field) for row in rows) if field else len(rows)) == each.value
        assert len(answer.context["lines"]) == len(rows)
        seen += 1
    assert seen > 50


def test_the_numbers_of_this_year_are_not_all_zero(world, staff, as_user):
    board = as_user(staff).get("/admin/chiffres/").context["board"]
    found = {each.title: each.value for _, figures in board.groups for each in figures}
    assert (found["Demandes envoyées"], found["Élus formés"]) == (8, 3)
    assert (found["Communes atteintes dans l'année"], found["Communes jamais atteintes"]) == (2, 1)
    assert found["Droits mobilisés"] == 300
    assert board.searches.value == 4


def test_what_is_not_known_is_said(world, staff, as_user):
    page = as_user(staff).get("/admin/chiffres/").text.replace("&#x27;", "'")
    assert "dont personne n'a dit s'ils sont payés" in page
    assert "Sans commune connue des Deux-Sèvres" in page
    assert "Mon Compte Formation seul fait foi" in page


def test_the_communes_never_reached_are_a_list_one_can_write_to_without_a_name(world, staff, as_user):
    client = as_user(staff)
    page = client.get("/admin/chiffres/liste/communes-jamais/").text
    assert "Mairie, 79000 Parthenay" in page
    answer = client.get("/admin/chiffres/liste/communes-jamais/courrier/")
    assert answer["Content-Disposition"].startswith('attachment; filename="communes-jamais-2026-')
    assert "no-store" in answer["Cache-Control"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Commune;Où écrire")
    assert [line.split(";")[0] for line in lines[1:]] == ["Parthenay"]
    assert client.get("/admin/chiffres/liste/elus-formes/courrier/").status_code == 404


def test_the_list_to_write_to_runs_nothing_in_a_spreadsheet(world, staff, as_user):
    Commune.objects.filter(name="Parthenay").update(name="=1+1", epci_name="@SUM(A1)")
    lines = as_user(staff).get("/admin/chiffres/liste/communes-jamais/courrier/").content.decode("utf-8-sig")
    assert "'=1+1;" in lines
    assert "'@SUM(A1);" in lines


def test_a_mandate_counts_only_while_it_ran(world, staff, as_user):
    Mandate.objects.filter(commune__name="Melle").update(end=datetime.date(2026, 5, 4))
    board = as_user(staff).get("/admin/chiffres/").context["board"]
    assert {each.title: each.value for each in board.people()}["Communes atteintes dans l'année"] == 1


def test_the_year_fits_one_page_and_what_makes_no_sense_is_the_present_year(world, staff, as_user):
    client = as_user(staff)
    page = client.get("/admin/chiffres/2026/imprimer/")
    assert "La formation des élus des Deux-Sèvres en 2026" in page.text
    assert client.get("/admin/chiffres/1999/imprimer/").status_code == 404
    for query in ("annee=x", "annee=²", "theme=-1", "epci=zz", "mois=13", "annee=99999999999999"):
        assert client.get(f"/admin/chiffres/?{query}").context["scope"] == Scope(2026, TODAY)
    assert client.get("/admin/chiffres/liste/rien/").status_code == 404


def queries_of_every_page(client):
    subject, epci = Subject.objects.earliest("pk").pk, "2"
    pages = ["", f"?theme={subject}", f"?epci={epci}", f"?epci={NOWHERE}", "2026/imprimer/"]
    pages += [f"liste/{name}/" for name in (*LISTS, *STEP_LISTS)]
    pages += [f"liste/{name}/courrier/" for name, each in LISTS.items() if each.letters]
    asked = {}
    for page in pages:
        client.get(f"/admin/chiffres/{page}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/chiffres/{page}").status_code == 200
        asked[page] = len(queries)
    return asked


def test_no_page_asks_the_database_more_as_rows_subjects_and_intercommunalites_are_added(world, staff, as_user):
    client = as_user(staff)
    before = queries_of_every_page(client)
    for number in range(3, 7):
        commune = CommuneFactory(
            code=f"7930{number}", name=f"Ville {number}", epci=f"{number}", epci_name=f"CC {number}"
        )
        PostalCodeFactory(code="79300", commune=commune)
        training = TrainingFactory(subject=SubjectFactory(name=f"Autre thème {number}"))
        session = SessionFactory(training=training, start=datetime.date(2026, 5, 6), seats=20)
        for which, state in enumerate(SENT_STATES, start=10 * number):
            person = UserFactory(birth_name=f"Roux{'abcdefgh'[which % 8]}{'abcdefgh'[number]}")
            MandateFactory(user=person, commune=commune, start=None)
            sent = File(0, 0, state, datetime.date(2026, 3, 3), 4, 100, [True, False, None][which % 3])
            World._file(which + 100, sent, person, session)
        UnansweredSearch.objects.create(terms=f"kayak {number}", times=4, year=2026, first_on=TODAY, last_on=TODAY)
        StepCount.objects.create(day=TODAY - datetime.timedelta(number), path="signup", step="identite", times=6)
    assert Board(Scope(2026, TODAY)).by_epci().rows[-2][1][0].value == 8
    assert queries_of_every_page(client) == before
