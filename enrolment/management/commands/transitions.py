"""The table of transitions, printed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from enrolment.dossiers.transitions import TRANSITIONS
from enrolment.dossiers.vocabulary import Transition
from enrolment.models import State


class Command(BaseCommand):
    help = "Print the life of a dossier: the table of transitions, or its diagram with --mermaid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mermaid", action="store_true", help="a state diagram for the README")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = mermaid() if options["mermaid"] else table()
        self.stdout.write("\n".join(lines))


def table() -> list[str]:
    """A Markdown table: source, target, who, guard, effects, mail."""
    rows = ["| action | de | à | qui | condition | effets | mail |", "|---|---|---|---|---|---|---|"]
    return rows + [f"| {' | '.join(_cells(transition))} |" for transition in TRANSITIONS.values()]


def mermaid() -> list[str]:
    """A state diagram in Mermaid's notation."""
    rows = ["stateDiagram-v2"]
    rows += [f"    state «{state.label}» as {state.value}".replace("«", '"').replace("»", '"') for state in State]
    rows.append("    [*] --> draft : Créer le dossier")
    for transition in TRANSITIONS.values():
        rows += [
            f"    {source.value} --> {transition.target.value} : {transition.label} ({transition.role.label})"
            for source in _sources(transition)
        ]
    return rows


def _sources(transition: Transition) -> list[State]:
    return [state for state in State if state in transition.sources]


def _cells(transition: Transition) -> list[str]:
    guards = [(guard.__doc__ or "").rstrip(".").lower() for guard in transition.guards]
    if transition.needs_reason:
        guards.append("motif donné")
    return [
        transition.label,
        ", ".join(state.label for state in _sources(transition)),
        transition.target.label,
        transition.role.label,
        ", ".join(guards) or "—",
        ", ".join(effect.label for effect in transition.effects) or "—",
        transition.mail or "—",
    ]
