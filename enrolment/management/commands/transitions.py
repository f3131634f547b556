"""The table of transitions, printed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from enrolment.dossiers.transitions import TRANSITIONS, Transition
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
    return rows + [f"| {' | '.join(_cells(line))} |" for line in TRANSITIONS.values()]


def mermaid() -> list[str]:
    """A state diagram in Mermaid's notation."""
    rows = ["stateDiagram-v2"]
    rows += [f"    state «{state.label}» as {state.value}".replace("«", '"').replace("»", '"') for state in State]
    rows.append("    [*] --> draft : Créer le dossier")
    for line in TRANSITIONS.values():
        rows += [
            f"    {source.value} --> {line.target.value} : {line.label} ({line.role})" for source in _sources(line)
        ]
    return rows


def _sources(line: Transition) -> list[State]:
    return [state for state in State if state in line.sources]


def _cells(line: Transition) -> list[str]:
    guards = [(guard.__doc__ or "").rstrip(".").lower() for guard in line.guards]
    if line.needs_reason:
        guards.append("motif donné")
    return [
        line.label,
        ", ".join(state.label for state in _sources(line)),
        line.target.label,
        line.role.value,
        ", ".join(guards) or "—",
        ", ".join(effect.value for effect in line.effects) or "—",
        line.mail or "—",
    ]
