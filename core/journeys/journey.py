"""The step-page engine of the guided paths (account creation, enrolment).

A step is a name, a form and a template. One URL a step, and the URL is the only "current step". What was
typed is kept raw and encrypted in a ``Draft``, valid or not, so that an error, the Back button or a second
tab loses nothing; every form is bound again when the path ends. The same answers serve with and without
JavaScript: post, redirect, get; htmx only swaps the ``#step`` region.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone

from core.models import Draft
from core.requests import REGION, layout_for

CONTROL_FIELDS = frozenset({"csrfmiddlewaretoken", "seen", "refresh"})
"""Posted names that steer the page and are no answers."""

LONGEST = 50_000
"""Characters of one step's names and values; more than any of our pages asks, so that nobody fills the disk."""

type Raw = dict[str, list[str]]
"""What a browser posted for one step, as ``QueryDict.lists`` gives it."""

type Answers = Mapping[str, Mapping[str, Any]]
"""By step name: ``raw`` values, whether they were ``valid``, whether they are ``partial`` (not yet submitted)."""


@dataclass(frozen=True)
class Step:
    """One page of a path. A ``secret`` step's values (passwords, files) never enter the draft."""

    name: StrEnum
    title: str
    form_class: type[forms.Form]
    template: str
    secret: bool = False


def fingerprint(raw: Mapping[str, Any]) -> str:
    """A short mark of a step's stored values: tells a page that another tab has changed them since."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:16]


class DraftLostError(Exception):
    """The draft cannot be written: it has expired, or its id is somebody else's."""


class Journey:
    """One person on one guided path: finds the draft, orders the steps, draws and takes in each page."""

    kind: ClassVar[str]
    lifetime: ClassVar[timedelta] = timedelta(days=30)
    lost_template: ClassVar[str] = "components/draft_lost.html"

    def __init__(self, request: HttpRequest, draft_id: uuid.UUID) -> None:
        self.request = request
        self.draft_id = draft_id

    # What each path says of itself ---------------------------------------------------------------

    @property
    def owner(self) -> str:
        """Who may see the draft: ``user:<id>`` or ``browser:<token>``."""
        raise NotImplementedError

    def steps_for(self, answers: Answers) -> Sequence[Step]:
        """The steps in order; may depend on the answers. Pure."""
        raise NotImplementedError

    def url(self, step: Step) -> str:
        """The address of a step's page."""
        raise NotImplementedError

    def form_kwargs(self, step: Step) -> dict[str, Any]:
        """What a step's form needs besides its values."""
        return {}

    def context(self, step: Step) -> dict[str, Any]:
        """What a step's template shows besides its form."""
        return {}

    def is_complete(self, step: Step) -> bool:
        """Whether a step is behind us."""
        return bool(self.answers.get(step.name, {}).get("valid"))

    def passed(self, step: Step, form: forms.Form) -> HttpResponse | None:
        """Called when a step's form is valid and all earlier steps are complete; None goes to the next step."""
        return None

    def may_begin(self) -> bool:
        """Whether a path without a draft starts here (its first step) or was lost."""
        return False

    def gate(self, step: Step) -> HttpResponse | None:
        """An answer to give instead of the page: who is it after a long pause. What is posted is kept all the same."""
        return None

    def annotate(self, values: dict[str, Any]) -> None:
        """Add to what is stored beside the steps' answers (the page to go to in the end)."""

    def expiry(self, now: datetime) -> datetime:
        """Until when what is stored *now* is kept."""
        return now + self.lifetime

    # The draft -----------------------------------------------------------------------------------

    @cached_property
    def draft(self) -> Draft | None:
        """The live draft of this owner, if there is one."""
        return self._drafts().first()

    def _drafts(self) -> Any:
        return Draft.objects.filter(pk=self.draft_id, kind=self.kind, owner=self.owner, expires_at__gt=timezone.now())

    @property
    def answers(self) -> Answers:
        """All stored answers."""
        return self._answers

    @cached_property
    def _answers(self) -> dict[str, dict[str, Any]]:
        return self.draft.values if self.draft else {}

    def raw(self, step: Step) -> Raw:
        """The stored values of one step."""
        return self.answers.get(step.name, {}).get("raw", {})

    def save(
        self, step: Step, raw: Raw, *, valid: bool, partial: bool = False, seen: str | None = None, gated: bool = False
    ) -> bool:
        """Store a step's values under a lock; False, and nothing stored, when another tab changed them since *seen*.

        Behind a closed gate only a page drawn before it closed may write (*seen* proves it), and the draft lives
        no longer for it. Raises DraftLostError.
        """
        with transaction.atomic():
            draft = self._locked()
            values = draft.values
            stored = values.get(step.name, {}).get("raw", {})
            known = seen == fingerprint(stored)
            if not known and (gated or (seen is not None and stored not in ({}, raw))):
                self.__dict__["_answers"] = values
                return False
            values[step.name] = {"raw": raw, "valid": valid, "partial": partial}
            self.annotate(values)
            draft.values = values
            if not gated:
                draft.expires_at = self.expiry(timezone.now())
            draft.save()
        self.__dict__.update(draft=draft, _answers=values)
        return True

    def _locked(self) -> Draft:
        """The draft, made at the first submission, its row locked until the end of the transaction."""
        mine = {"pk": self.draft_id, "kind": self.kind, "owner": self.owner}
        defaults = {"expires_at": self.expiry(timezone.now())}
        try:
            with transaction.atomic():
                draft, _ = Draft.objects.select_for_update(of=("self",)).get_or_create(**mine, defaults=defaults)
        except IntegrityError as error:
            raise DraftLostError from error
        if not draft.is_live(timezone.now()):
            raise DraftLostError
        return draft

    # The order -----------------------------------------------------------------------------------

    @property
    def steps(self) -> Sequence[Step]:
        """The steps as the answers stand."""
        return self.steps_for(self.answers)

    def find(self, name: str) -> Step:
        """The step with this name in its URL. Raises Http404."""
        for step in self.steps:
            if step.name == name:
                return step
        raise Http404(name)

    def first_incomplete(self, before: Step | None = None) -> Step | None:
        """The first step not yet complete; only among those that come before *before*, when given."""
        for step in self.steps:
            if step == before:
                return None
            if not self.is_complete(step):
                return step
        return None

    def neighbour(self, step: Step, offset: int) -> Step | None:
        """The step *offset* places away, None past either end."""
        index = list(self.steps).index(step) + offset
        return self.steps[index] if 0 <= index < len(self.steps) else None

    # The forms -----------------------------------------------------------------------------------

    def bind(self, step: Step, raw: Raw) -> forms.Form:
        """The step's form, bound to raw values."""
        data = QueryDict(mutable=True)
        for name, posted in raw.items():
            data.setlist(name, posted)
        return step.form_class(data=data, **self.form_kwargs(step))

    def form_to_show(self, step: Step) -> forms.Form:
        """The form as a visitor of the page sees it: what was typed, with its errors if it was submitted."""
        stored = self.answers.get(step.name, {})
        if stored and not stored["partial"]:
            return self.bind(step, stored["raw"])
        kwargs = self.form_kwargs(step)
        typed = {name: posted[0] for name, posted in self.raw(step).items() if posted}
        kwargs["initial"] = {**kwargs.get("initial", {}), **typed}
        return step.form_class(**kwargs)

    # The pages -----------------------------------------------------------------------------------

    def page(self, name: str) -> HttpResponse:
        """Answer a request for the step *name*: GET shows it, POST takes it in."""
        step = self.find(name)
        if self.draft is None and not (step == self.steps[0] and self.may_begin()):
            return self.lost()
        gate = self.gate(step)
        if self.request.method == "POST":
            try:
                return self._take_in(step, gate)
            except DraftLostError:
                return self.lost()
        blocking = self.first_incomplete(before=step)
        return gate or (self._go(blocking) if blocking else self._show(step, self.form_to_show(step)))

    def lost(self) -> HttpResponse:
        """The page that says that the draft is gone, and what to do."""
        return self.draw(self.lost_template, {"journey": self}, status=410)

    def _take_in(self, step: Step, gate: HttpResponse | None) -> HttpResponse:
        post = self.request.POST
        raw = {name: values for name, values in post.lists() if name not in CONTROL_FIELDS}
        if sum(len(name) + sum(map(len, values)) for name, values in raw.items()) > LONGEST:
            raise RequestDataTooBig("more than a step's page can ask")
        partial = "refresh" in post and not step.secret
        form = step.form_class(data=post, files=self.request.FILES or None, **self.form_kwargs(step))
        valid = not partial and form.is_valid()
        if not step.secret:
            seen = None if partial and not gate else post.get("seen")
            kept = self.save(step, raw, valid=valid, partial=partial, seen=seen, gated=bool(gate))
            if not kept and not gate:
                return self._show(step, form, status=409)
        if gate or partial:
            return gate or self._go(step)
        if not valid:
            return self._show(step, form, status=422)
        blocking = self.first_incomplete(before=step)
        if blocking:
            return self._go(blocking)
        return self.passed(step, form) or self._go(self._after(step))

    def _after(self, step: Step) -> Step:
        last = self.steps[-1]
        return last if "modifier" in self.request.GET else self.neighbour(step, 1) or last

    def _go(self, step: Step) -> HttpResponse:
        response = HttpResponseRedirect(self.url(step))
        response["HX-Region"] = REGION
        return response

    def _show(self, step: Step, form: forms.Form, status: int = 200) -> HttpResponse:
        steps = list(self.steps)
        previous = self.neighbour(step, -1)
        context = {
            "journey": self,
            "step": step,
            "steps": steps,
            "progress": [(each, self.url(each) if self.is_complete(each) else "") for each in steps],
            "step_number": steps.index(step) + 1,
            "back_url": self.url(previous) if previous else "",
            "form": form,
            "seen": fingerprint(self.raw(step)),
            "conflict": status == 409,
            **self.context(step),
        }
        return self.draw(step.template, context, status=status)

    def draw(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of this path. Its template extends ``layout``: the whole page, or only the region that htmx swaps."""
        page = {**context, "layout": layout_for(self.request)}
        response = render(self.request, template, page, status=status)
        response["Cache-Control"] = "no-store"
        return response
