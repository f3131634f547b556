"""Help where it is needed: a topic beside a step, the way to it after a refusal, a word explained in place."""

from collections.abc import Iterable

from django import forms, template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import glossary
from config import help as topics
from core.templatetags.drawn import drawn
from enrolment.funding.milestones import Track

register = template.Library()


@register.simple_tag(takes_context=True)
def help_topics(context: Context) -> SafeString:
    """The topics that a page asks for beside its step (``topics``, or ``topic`` to ``topic3``), whole.

    Nothing of those that do not apply.
    """
    asked = (*(context.get("topics") or ()), *(context.get(name) for name in ("topic", "topic2", "topic3")))
    told = (topics.topic(name.removeprefix("help/").removesuffix(".html")) for name in asked if name)
    return SafeString("".join(each.html for each in told if each))


@register.simple_tag
def mcf_topics(track: Track) -> list[str]:
    """The screens of Mon Compte Formation that the present stage of *track* needs."""
    stage = track.next or track.waiting
    return list(topics.SCREENS[stage.line.milestone]) if stage else []


@register.simple_tag
def help_link(name: str) -> SafeString:
    """« Aide : « Le délai est passé » », a line that leads to the topic *name*."""
    told = topics.topic(name)
    if told is None:
        return SafeString("")
    return format_html('<p><a href="{}">Aide : {}</a></p>', topics.address(name), told.title)


@register.simple_tag
def help_for(form: forms.Form, otherwise: str = "") -> SafeString:
    """The way to the topic that helps with the first mistake of *form*; to *otherwise* for the form as a whole."""
    known = {**topics.BY_FIELD, "__all__": otherwise}
    if otherwise:
        known |= dict.fromkeys(("password", "current_password"), otherwise)
    name = next((known[field] for field in form.errors if known.get(field)), "")
    return help_link(name) if name else SafeString("")


@register.simple_tag(takes_context=True)
def term(context: Context, name: str, words: str = "", then: str = "") -> str:
    """A word of the field that says what it means when one presses on it, with or without JavaScript.

    *words* is what the sentence says, where that is not the word itself; *then* a comma or a full stop that follows,
    which a browser would put on the next line after a button. Told at its first use on a page, and only said at the
    next ones.
    """
    known = glossary.WORDS[name]
    if not _first_told(context, name):
        return f"{words or known.word}{then}"
    told = format_html(
        '<button class="term" type="button" popovertarget="mot-{0}">{1}</button>'
        '<span class="term__meaning" id="mot-{0}" popover><strong>{2}</strong> : {3}</span>',
        name,
        words or known.word,
        known.word,
        known.meaning,
    )
    return format_html('<span class="kept">{}{}</span>', told, then) if then else told


@register.simple_tag(takes_context=True)
def words_used(context: Context, *names: str, more: Iterable[str] = ()) -> SafeString:
    """At the foot of a page, what the words mean that its sentences use and that were not told where they stand."""
    words = tuple((name, glossary.WORDS[name]) for name in (*names, *more) if _first_told(context, name))
    return drawn("components/words.html", words=words)


def _first_told(context: Context, name: str) -> bool:
    """Whether the word *name* is met for the first time on this page; parts drawn without a request tell nothing."""
    request = context.get("request")
    if request is None:
        return False
    told = request.__dict__.setdefault("terms_told", set())
    if name in told:
        return False
    told.add(name)
    return True
