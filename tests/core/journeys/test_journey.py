"""The engine of the guided paths, on a path made for it: a step is its class, and nothing counts steps."""

import uuid

import pytest
from django import forms
from django.http import Http404, HttpResponse

from core.journeys.journey import Journey
from core.journeys.step import Step
from core.models import Draft

DRAFT = uuid.UUID("5f0c6a1e-0000-4000-8000-000000000079")


class NameForm(forms.Form):
    name = forms.CharField(max_length=20)


class AgeForm(forms.Form):
    age = forms.IntegerField()


class NameStep(Step):
    name = title = "nom"
    form_class = NameForm
    template = "components/step_page.html"

    def rows(self):
        return [self.row("Nom", self.values().get("name", ""))]


class AgeStep(Step):
    name = title = "age"
    form_class = AgeForm
    template = "components/step_page.html"


class EndStep(Step):
    name = title = "fin"
    form_class = forms.Form
    template = "components/step_page.html"
    secret = True

    def on_valid(self, form):
        return HttpResponse(f"{self.journey.values()}")


class Toy(Journey):
    kind = owner = "toy"

    def steps_for(self, answers):
        grown = answers.get("nom", {}).get("raw", {}).get("name") == ["Adulte"]
        return (NameStep, *([AgeStep] if grown else []), EndStep)

    def url(self, name):
        return f"/toy/{name}/"

    def may_begin(self, step):
        return step == self.steps[0]


@pytest.fixture
def go(rf, db):
    """Ask for a page, or post to it; the answer."""

    def ask(name, posted=None, query=""):
        request = rf.get(f"/{query}") if posted is None else rf.post(f"/{query}", posted)
        request.htmx = type("Htmx", (), {"target": None})()
        return Toy(request, DRAFT).page(name)

    return ask


def test_a_path_begins_at_its_first_step_and_is_lost_elsewhere(go, monkeypatch):
    monkeypatch.setattr(Toy, "lost", lambda self: HttpResponse(status=410))
    monkeypatch.setattr(Toy, "show", lambda self, step, form, status=200: HttpResponse(step.name, status=status))
    assert go("nom").content == b"nom"
    assert go("fin").status_code == 410
    with pytest.raises(Http404):
        go("age")


def test_each_step_leads_to_the_next_and_a_later_one_back_to_the_first_incomplete(go):
    assert go("nom", {"name": "Enfant"}).url == "/toy/fin/"
    assert go("nom", {"name": "Adulte"}).url == "/toy/age/"
    assert go("fin").url == "/toy/age/"
    assert go("fin", {}).url == "/toy/age/"
    assert go("age", {"age": "42"}).url == "/toy/fin/"
    assert go("fin", {}).content == b"{'name': 'Adulte', 'age': 42}"


def test_who_comes_from_the_check_page_goes_back_to_it(go):
    go("nom", {"name": "Adulte"})
    go("age", {"age": "42"})
    assert go("nom", {"name": "Adulte"}, "?modifier").url == "/toy/fin/"


def test_the_answers_and_what_is_no_answer_are_kept_apart(go, monkeypatch):
    monkeypatch.setattr(Toy, "extra_values", lambda self: {"nom": "no answer of the step of this name"})
    go("nom", {"name": "Enfant"})
    draft = Draft.objects.get()
    assert draft.answers["nom"]["raw"] == {"name": ["Enfant"]}
    assert draft.extra["nom"] == "no answer of the step of this name"


def test_the_check_page_says_what_each_step_says_of_itself(go, rf):
    go("nom", {"name": "Enfant"})
    (row,) = Toy(rf.get("/"), DRAFT).rows()
    assert (row.label, row.lines, row.url) == ("Nom", ["Enfant"], "/toy/nom/?modifier")
