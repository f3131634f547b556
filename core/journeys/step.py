"""One page of a guided path: all that is known of it stands in its class.

To add a step: write its class, name it in its journey's order, give its answers a field of the model. Nothing else
knows how many steps there are (``docs/recipes.md``).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

CONTROL_FIELDS = frozenset({"csrfmiddlewaretoken", "seen", "refresh"})
"""Posted names that steer the page and are no answers."""

LONGEST_VALUE = 500
"""Characters kept of an answer to a field that sets no limit itself."""

type Raw = dict[str, list[str]]
"""What a browser posted for one step, as ``QueryDict.lists`` gives it."""

type Answers = Mapping[str, Mapping[str, Any]]
"""By step name: ``raw`` values, whether they were ``valid``, whether they are ``partial`` (not yet submitted)."""


@dataclass(frozen=True)
class Row:
    """One answer as a person reads it on the check page; *url* changes it, empty where nothing can be changed."""

    label: str
    lines: list[str]
    url: str = ""


class Path(Protocol):
    """What a step may ask of the journey that it is a step of."""

    request: HttpRequest

    @property
    def answers(self) -> Answers:
        """All stored answers."""

    @property
    def steps(self) -> Sequence["Step[Any]"]:
        """The steps in order, as the answers stand."""

    def url(self, name: str) -> str:
        """The address of the page of the step *name*."""


class Step[J: Path]:
    """One page of a guided path, for one person: its form, its page, when it is complete, what it brings.

    A ``secret`` step's values (passwords, files) never enter the draft.
    """

    name: ClassVar[str]
    """The last part of its address; stable for ever."""
    title: ClassVar[str]
    form_class: ClassVar[type[forms.Form]]
    template: ClassVar[str]
    secret: ClassVar[bool] = False
    check_template: ClassVar[str] = "components/check_rows.html"
    """How the check page draws it; empty for a step of which there is nothing to check."""

    def __init__(self, journey: J) -> None:
        self.journey = journey

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    # What its page needs ---------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of its page."""
        return self.journey.url(self.name)

    @property
    def page_template(self) -> str:
        """The template of its page; a step with several faces chooses here."""
        return self.template

    def form_kwargs(self) -> dict[str, Any]:
        """What its form needs besides the values typed."""
        return {}

    def context(self) -> dict[str, Any]:
        """What its page shows besides its form."""
        return {}

    # What was answered -----------------------------------------------------------------------------

    @property
    def answer(self) -> Mapping[str, Any]:
        """What is stored of it: ``raw``, ``valid``, ``partial``; nothing before the first submission."""
        return self.journey.answers.get(self.name, {})

    @property
    def raw(self) -> Raw:
        """The values as they were typed."""
        raw: Raw = self.answer.get("raw", {})
        return raw

    @property
    def seen(self) -> str:
        """The mark of what its page shows, by which another tab's change is noticed."""
        return fingerprint(self.raw)

    @cached_property
    def bound(self) -> forms.Form:
        """Its form bound again to what is stored, judged today."""
        form = self.bind(self.raw)
        form.full_clean()
        return form

    def bind(self, raw: Raw) -> forms.Form:
        """Its form, bound to raw values."""
        data = QueryDict(mutable=True)
        for name, posted in raw.items():
            data.setlist(name, posted)
        return self.form_class(data=data, **self.form_kwargs())

    def form_to_show(self) -> forms.Form:
        """The form as a visitor of the page sees it: what was typed, with its errors if it was submitted."""
        if self.answer and not self.answer["partial"]:
            return self.bind(self.raw)
        kwargs = self.form_kwargs()
        typed = {name: posted[0] for name, posted in self.raw.items() if posted}
        kwargs["initial"] = {**kwargs.get("initial", {}), **typed}
        return self.form_class(**kwargs)

    def declared(self, form: forms.Form, posted: Iterable[tuple[str, list[str]]]) -> Raw:
        """What of *posted* answers a field of *form*, cut to twice the field's length: nothing else enters a draft.

        Twice, so that a text somewhat too long comes back whole, with its error, to be shortened by its author.
        """
        limits = dict(_limits(form))
        return {
            name: [value[: limits[name]] for value in values]
            for name, values in posted
            if name in limits and name not in CONTROL_FIELDS
        }

    # Where it stands in the path -------------------------------------------------------------------

    def is_complete(self) -> bool:
        """Whether it is behind us."""
        return bool(self.answer.get("valid"))

    def stands(self) -> bool:
        """Whether what is stored, judged again today, is still right; of a secret step nothing is stored."""
        return self.secret or self.bound.is_valid()

    def on_valid(self, form: forms.Form) -> HttpResponse | None:
        """Called when its form is valid and all earlier steps are complete; None goes to ``next_step``."""
        return None

    def next_step(self) -> "Step[Any]":
        """Where « Continuer » leads: back to the check of the answers for who came from there, else one step on."""
        steps = list(self.journey.steps)
        following = steps[steps.index(self) + 1 :]
        return steps[-1] if "modifier" in self.journey.request.GET or not following else following[0]

    # What it brings in the end ---------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """The answers that go into what the path makes, by the name of the model's field; none of a secret step."""
        return {} if self.secret else self.bound.cleaned_data

    def rows(self) -> list[Row]:
        """What the check page says of it."""
        return []

    def row(self, label: str, *lines: str, changeable: bool = True) -> Row:
        """A line of the check page about this step."""
        return Row(label, [line for line in lines if line], f"{self.url}?modifier" if changeable else "")


def fingerprint(raw: Mapping[str, Any]) -> str:
    """A short mark of stored values: tells a page that another tab has changed them since."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:16]


def _limits(form: forms.Form) -> Iterable[tuple[str, int]]:
    """By posted name, how many characters of a value are kept."""
    for name, field in form.fields.items():
        limit = 2 * (getattr(field, "max_length", None) or LONGEST_VALUE // 2)
        widget, html_name = field.widget, form.add_prefix(name)
        suffixes = getattr(widget, "widgets_names", [""])  # a date in three boxes
        yield from ((f"{html_name}{suffix}", limit) for suffix in suffixes)
