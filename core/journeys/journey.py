"""A guided path (account creation, a dossier): the order of its steps, its draft, its lock, its conflicts.

One URL a step, and the URL is the only "current step". What was typed is kept raw and encrypted in a ``Draft``, valid
or not, so that an error, the Back button or a second tab loses nothing; every form is bound again when the path ends.
The same answers serve with and without JavaScript: post, redirect, get; htmx only swaps the ``#step`` region.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from core import encryption
from core.journeys import counts
from core.journeys.limits import admit, kept_until
from core.journeys.step import Answers, Raw, Row, Step, fingerprint
from core.models import Draft
from core.narrow import Narrow
from core.requests import REGION, layout_for

LARGEST = 8 * 1024
"""Bytes of all the answers of a draft: more than the pages of any path ask together, so that nobody fills the disk."""


DRAFTS = Narrow(Draft, "kind", "owner", "content", "created_at", "changed_at", "expires_at")
"""Drafts, whole: read on every page of a path."""


class DraftLostError(Exception):
    """The draft cannot be written: it has expired, or its id is somebody else's."""


class Journey:
    """One person on one guided path."""

    kind: ClassVar[str]
    lifetime: ClassVar[timedelta] = timedelta(days=30)
    lost_template: ClassVar[str] = "components/draft_lost.html"

    def __init__(self, request: HttpRequest, draft_id: uuid.UUID) -> None:
        self.request = request
        self.draft_id = draft_id

    # What each path says of itself ---------------------------------------------------------------

    @property
    def owner(self) -> str:
        """Who may see the draft: ``user:<id>`` or ``browser:<digest>``."""
        raise NotImplementedError

    def steps_for(self, answers: Answers) -> Sequence[type[Step[Any]]]:
        """The steps in order; may depend on the answers. Pure."""
        raise NotImplementedError

    def url(self, name: str) -> str:
        """The address of the page of the step *name*."""
        raise NotImplementedError

    def may_begin(self, step: Step[Any]) -> bool:
        """Whether a path without a draft may show this step: it starts here; else it was lost."""
        return False

    def interrupt(self) -> HttpResponse | None:
        """An answer to give instead of the page: who is it after a long pause. What is posted is kept all the same."""
        return None

    def extra_values(self) -> dict[str, Any]:
        """What this request brings to keep beside the answers (the page to go to in the end)."""
        return {}

    def context(self) -> dict[str, Any]:
        """What every page of this path shows."""
        return {}

    def expiry(self, now: datetime) -> datetime:
        """Until when what is stored *now* is kept."""
        return now + self.lifetime

    # The draft -----------------------------------------------------------------------------------

    @cached_property
    def draft(self) -> Draft | None:
        """The live draft of this owner, if there is one."""
        now = timezone.now()
        return DRAFTS.first(pk=self.draft_id, kind=self.kind, owner=self.owner, expires_at__gt=now)

    @cached_property
    def answers(self) -> Answers:
        """All stored answers."""
        return self.draft.answers if self.draft else {}

    @cached_property
    def extra(self) -> dict[str, Any]:
        """What is stored beside them."""
        return self.draft.extra if self.draft else {}

    def drafts(self) -> QuerySet[Draft]:
        """The live drafts of this path and owner."""
        return Draft.objects.filter(kind=self.kind, owner=self.owner, expires_at__gt=timezone.now())

    def use(self, draft: Draft | None) -> None:
        """Go on from *draft* as it stands now."""
        self.draft = draft
        self.answers = draft.answers if draft else {}
        self.extra = draft.extra if draft else {}
        self.steps = self._make_steps()

    def lock(self) -> Draft | None:
        """Lock the draft until the end of the transaction and go on from it; None when it is this owner's no more."""
        mine = Draft.objects.select_for_update(of=("self",)).filter(kind=self.kind, owner=self.owner)
        self.use(mine.filter(pk=self.draft_id).first())
        return self.draft

    def save(
        self, step: Step[Any], raw: Raw, *, valid: bool, partial: bool, seen: str | None, interrupted: bool
    ) -> bool:
        """Store a step's values under a lock; False, and nothing stored, when another tab changed them since *seen*.

        When the path is interrupted only a page drawn before it was may write (*seen* proves it), and the draft lives
        no longer for it. Raises DraftLostError, ``throttling.TooManyError``.
        """
        now = timezone.now()
        if self.draft is None:
            admit(self.request, self.drafts(), now)
        with transaction.atomic():
            draft = self._locked()
            answers = draft.answers
            stored = answers.get(step.name, {}).get("raw", {})
            known = seen == fingerprint(stored)
            if not known and (interrupted or (seen is not None and stored not in ({}, raw))):
                self.use(draft)
                return False
            answers[step.name] = {"raw": raw, "valid": valid, "partial": partial}
            draft.keep(answers=answers, extra=draft.extra | self.extra_values())
            if not interrupted:
                draft.expires_at, draft.changed_at = kept_until(draft, self.expiry(now), now), now
            self.use(draft)
            passed = counts.mark(draft, [each.name for each in self.steps if each.is_complete()])
            draft.save()
            counts.add(self.kind, passed, timezone.localdate(now))
        self.use(draft)
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

    @cached_property
    def steps(self) -> Sequence[Step[Any]]:
        """The steps as the answers stand."""
        return self._make_steps()

    def _make_steps(self) -> Sequence[Step[Any]]:
        return [step(self) for step in self.steps_for(self.answers)]

    def find(self, name: str) -> Step[Any]:
        """The step with this name in its URL. Raises Http404."""
        for step in self.steps:
            if step.name == name:
                return step
        raise Http404(name)

    def first_incomplete(self, before: Step[Any] | None = None) -> Step[Any] | None:
        """The first step not yet complete; only among those that come before *before*, when given."""
        for step in self.steps:
            if step == before:
                return None
            if not step.is_complete():
                return step
        return None

    def first_wrong(self) -> Step[Any] | None:
        """The first step whose stored values, judged again today, do not stand any more."""
        return next((step for step in self.steps if not step.stands()), None)

    def values(self) -> dict[str, Any]:
        """What all steps bring, judged again today; only what is right."""
        return {name: value for step in self.steps for name, value in step.values().items()}

    def rows(self) -> list[Row]:
        """All answers, to check before the path ends."""
        return [row for step in self.steps for row in step.rows() if row.lines]

    # The pages -----------------------------------------------------------------------------------

    def page(self, name: str) -> HttpResponse:
        """Answer a request for the step *name*: GET shows it, POST takes it in."""
        step = self.find(name)
        if self.draft is None and not self.may_begin(step):
            return self.lost()
        interruption = self.interrupt()
        if self.request.method == "POST":
            try:
                return self._take_in(step, interruption)
            except DraftLostError:
                return self.lost()
        blocking = self.first_incomplete(before=step)
        return interruption or (self.go(blocking) if blocking else self.show(step, step.form_to_show()))

    def lost(self) -> HttpResponse:
        """The page that says that the draft is gone, and what to do."""
        return self.draw(self.lost_template, {"journey": self}, status=410)

    def _take_in(self, step: Step[Any], interruption: HttpResponse | None) -> HttpResponse:
        post = self.request.POST
        partial = "refresh" in post and not step.secret
        form = step.form_class(data=post, files=self.request.FILES or None, **step.form_kwargs())
        valid = not partial and form.is_valid()
        if not step.secret:
            raw = step.declared(form, post.lists())
            if len(encryption.as_json({**self.answers, step.name: raw})) > LARGEST:
                raise RequestDataTooBig("more than the pages of a path can ask")
            seen = None if partial and not interruption else post.get("seen")
            kept = self.save(step, raw, valid=valid, partial=partial, seen=seen, interrupted=bool(interruption))
            if not kept and not interruption:
                return self.show(step, form, status=409)
        if interruption or partial:
            return interruption or self.go(step)
        if not valid:
            return self.show(step, form, status=422)
        here = self.find(step.name)
        blocking = self.first_incomplete(before=here)
        return self.go(blocking) if blocking else here.on_valid(form) or self.go(here.next_step())

    def go(self, step: Step[Any]) -> HttpResponse:
        """Lead to another step, within the region that htmx swaps."""
        response = HttpResponseRedirect(step.url)
        response["HX-Region"] = REGION
        return response

    def show(self, step: Step[Any], form: forms.Form, status: int = 200) -> HttpResponse:
        """The page of *step* with *form*; 409 tells that another tab changed the answers."""
        steps = list(self.steps)
        number = steps.index(step)
        context = {
            "journey": self,
            "step": step,
            "progress": [(each, each.url if each.is_complete() else "") for each in steps],
            "step_count": f"Étape {number + 1} sur {len(steps)}",
            "back_url": steps[number - 1].url if number else "",
            "form": form,
            "seen": step.seen,
            "conflict": status == 409,
            **self.context(),
            **step.context(),
        }
        return self.draw(step.page_template, context, status=status)

    def draw(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of this path. Its template extends ``layout``: the whole page, or only the region that htmx swaps."""
        page = {**context, "layout": layout_for(self.request)}
        response = render(self.request, template, page, status=status)
        response["Cache-Control"] = "no-store"
        return response
