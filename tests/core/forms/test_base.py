"""What every form shares: plain messages, optional fields that say so, dates typed as one writes them."""

import datetime

import pytest
import time_machine
from django import forms
from django.utils.safestring import mark_safe

from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField, parse_month
from core.templatetags.form_errors import error_links, sentence


class Registration(BaseForm):
    """A form with one field of each kind."""

    required_messages = {"name": "Saisissez votre nom de naissance."}
    judged_together = frozenset({"mobile", "landline"})

    name = forms.CharField(label="Nom de naissance", max_length=10, help_text="Pas votre nom d'usage.")
    mobile = forms.CharField(label="Téléphone mobile", required=False)
    landline = forms.CharField(label="Téléphone fixe", required=False)
    extra = forms.CharField(label="Complément", required=False)
    city = forms.CharField(label="Ville")
    born = FrenchDateField(label="Date de naissance", what="votre date de naissance", past=True)
    document = forms.ChoiceField(
        label="Document", choices=[("card", "Carte"), ("passport", "Passeport")], widget=forms.RadioSelect
    )
    email = forms.EmailField(label="Adresse mail")
    agreed = forms.BooleanField(label="J'accepte")


def born(day: str, month: str, year: str) -> Registration:
    return Registration({"born_day": day, "born_month": month, "born_year": year})


@pytest.mark.parametrize(
    ("typed", "month"),
    [("4", 4), ("04", 4), ("avril", 4), ("AVR.", 4), ("févr", 2), ("Août", 8), ("aout", 8), ("décembre", 12), ("٤", 4)],
)
def test_a_month_is_a_number_or_its_french_name(typed: str, month: int) -> None:
    assert parse_month(typed) == month


@pytest.mark.parametrize("typed", ["0", "13", "ju", "jui", "brumaire", "", "4e"])
def test_what_is_no_month_or_could_be_two(typed: str) -> None:
    assert parse_month(typed) == 0


@pytest.mark.parametrize(
    "typed", [("3", "4", "1958"), ("03", "04", "1958"), (" 3 ", "avril", "1958 "), ("3", "Avr.", "1958")]
)
def test_a_date_is_read_as_it_is_written(typed: tuple[str, str, str]) -> None:
    form = born(*typed)
    form.is_valid()
    assert form.cleaned_data["born"] == datetime.date(1958, 4, 3)


@pytest.mark.parametrize(
    ("typed", "message", "box"),
    [
        (("", "", ""), "Saisissez votre date de naissance.", "day"),
        (("3", "", "1958"), "Complétez votre date de naissance : il manque le mois.", "month"),
        (("", "4", ""), "Complétez votre date de naissance : il manque le jour et l'année.", "day"),
        (("32", "4", "1958"), "Saisissez un jour entre 1 et 31 dans votre date de naissance.", "day"),
        (("3", "13", "1958"), "Saisissez un mois entre 1 et 12, ou son nom, dans votre date de naissance.", "month"),
        (("3", "4", "58"), "Saisissez l'année avec ses 4 chiffres dans votre date de naissance.", "year"),
        (
            ("31", "avril", "1958"),
            "Vérifiez le jour dans votre date de naissance : ce mois-là n'a pas de 31.",
            "day",
        ),
        (("24", "11", "2026"), "Vérifiez votre date de naissance : elle est à venir.", "year"),
    ],
)
@time_machine.travel("2026-11-23 12:00+01:00", tick=False)
def test_a_wrong_date_says_which_box_to_mend(typed: tuple[str, str, str], message: str, box: str) -> None:
    form = born(*typed)
    assert form.errors["born"] == [message]
    assert (f"id_born_{box}", message) in error_links(form)


def test_a_wrong_date_marks_only_the_box_that_is_wrong_and_keeps_the_others() -> None:
    html = str(born("3", "13", "1958")["born"])
    assert html.count('aria-invalid="true"') == 1
    assert 'value="13"' in html
    assert 'value="1958"' in html


def test_an_optional_date_may_be_left_empty() -> None:
    field = FrenchDateField(required=False)
    assert field.clean(["", " ", ""]) is None


def test_a_date_kept_as_text_fills_the_boxes_again() -> None:
    form = Registration(initial={"born": "1958-04-03"})
    html = str(form["born"])
    for box, value in (("day", 3), ("month", 4), ("year", 1958)):
        assert f'name="born_{box}" value="{value}"' in html


def test_messages_say_what_to_do_in_the_fields_own_words() -> None:
    form = Registration({"email": "jeanne", "document": "other"})
    assert form.errors["name"] == ["Saisissez votre nom de naissance."]
    assert form.errors["city"] == ["Remplissez le champ « Ville »."]
    assert form.errors["email"] == ["Saisissez une adresse mail complète, par exemple nom@exemple.fr."]
    assert form.errors["document"] == ["Choisissez une réponse dans la liste."]
    assert form.errors["agreed"] == ["Cochez la case « J'accepte »."]
    too_long = Registration({"name": "x" * 12})
    assert too_long.errors["name"] == ["Raccourcissez : 10 caractères au plus, vous en avez saisi 12."]


def test_a_fields_own_message_is_kept() -> None:
    class Own(BaseForm):
        code = forms.CharField(error_messages={"required": "Saisissez le code reçu."})

    assert Own({}).errors["code"] == ["Saisissez le code reçu."]


def test_optional_fields_say_so_unless_one_of_them_is_needed() -> None:
    form = Registration()
    assert "(facultatif)" in form["extra"].as_field_group()
    assert "(facultatif)" not in form["mobile"].as_field_group()
    assert "(facultatif)" not in form["name"].as_field_group()


def test_a_field_with_a_mistake_is_described_by_its_hint_and_its_error() -> None:
    html = Registration({})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "required" not in html


def test_a_group_of_choices_is_a_fieldset_with_its_legend() -> None:
    html = Registration({})["document"].as_field_group()
    assert html.startswith("<fieldset")
    assert "<legend>Document</legend>" in html
    assert 'aria-describedby="id_document_error"' in html


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Saisissez votre nom", "Saisissez votre nom."),
        ("Saisissez votre nom.", "Saisissez votre nom."),
        ("Avez-vous <lu> ?", "Avez-vous <lu> ?"),
        ("Moins de <5", "Moins de &lt;5."),
        (mark_safe('<a href="/x/">Recommencez</a>'), '<a href="/x/">Recommencez</a>.'),
    ],
)
def test_what_an_error_says_ends_with_a_full_stop_in_every_form(message: str, shown: str) -> None:
    assert sentence(message) == shown


def test_the_summary_leads_to_each_mistake_in_the_order_of_the_page() -> None:
    targets = [target for target, _ in error_links(Registration({}))]
    assert targets == ["id_name", "id_city", "id_born_day", "id_document_0", "id_email", "id_agreed"]
