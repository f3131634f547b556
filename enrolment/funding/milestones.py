"""What happens on Mon Compte Formation as one table: in what order, by whom, how long it takes, by which last day.

Pure: facts in, stages out. The site sees nothing of it: each stage is *said* by the person or by ADM79, or unknown.
``marks`` writes what they say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.sessions.clocks import Clocks, Stretch
from catalogue.sessions.deadline import working_day_after
from core import french
from enrolment.models.funding import Milestone
from enrolment.tasks import ANSWER_WORKING_DAYS, CONFIRM_WORKING_DAYS, Actor, Progress


@dataclass(frozen=True)
class Mark:
    """What somebody said of a milestone; ``passed`` false: they looked, and it is not so."""

    on: date
    by_staff: bool = False
    passed: bool = True
    file_number: str = ""

    @property
    def source(self) -> str:
        """« déclaré par vous le 12 novembre 2026 », « vu par l'ADM79 le … »."""
        said = "vu par l'ADM79" if self.by_staff else "déclaré par vous"
        return f"{said} le {french.day(self.on, weekday=False)}"


type Marks = Mapping[str, Mark]


@dataclass(frozen=True)
class McfFacts:
    """What a dossier's track is made from. ``seated``: it holds a seat; before, nothing is to be asked on MCF."""

    today: date
    clocks: Clocks
    start: date
    seated: bool
    marks: Marks

    def mark(self, milestone: str) -> Mark | None:
        """What was said of it, when it was said to be passed."""
        said = self.marks.get(milestone)
        return said if said and said.passed else None


@dataclass(frozen=True)
class Line:
    """One line of the table. ``screen``: what MCF calls it there."""

    milestone: Milestone
    title: str
    actor: Actor
    usual: str
    last_day: Callable[[McfFacts], date | None]
    todo: str
    screen: str = ""


def _prudent(facts: McfFacts) -> date | None:
    """To create the request: 17 working days before; once past, until it should be validated; then none."""
    stretch = facts.clocks.stretch(facts.today)
    return {Stretch.FINE: facts.clocks.request_by, Stretch.RISKY: facts.clocks.validate_by}.get(stretch)


def _answered(facts: McfFacts) -> date | None:
    asked = facts.mark(Milestone.REQUESTED)
    return working_day_after(asked.on, ANSWER_WORKING_DAYS) if asked else None


def _validated(facts: McfFacts) -> date | None:
    proposed = facts.mark(Milestone.PROPOSED)
    if proposed is None:
        return facts.clocks.validate_by
    return min(working_day_after(proposed.on, CONFIRM_WORKING_DAYS), facts.clocks.validate_by)


TABLE = (
    Line(
        Milestone.ACCOUNT,
        "Ouvrir votre compte",
        Actor.YOU,
        "",
        _prudent,
        "Ouvrez votre compte sur Mon Compte Formation, ou connectez-vous à celui que vous avez déjà.",
    ),
    Line(
        Milestone.RIGHTS_SEEN,
        "Voir votre compte élu et son montant",
        Actor.YOU,
        "",
        _prudent,
        "Une fois connecté, votre compte élu apparaît à gauche, avec la cocarde tricolore. Notez le montant affiché.",
    ),
    Line(
        Milestone.IDENTITY,
        "Préparer votre identité",
        Actor.YOU,
        "quelques jours avec FranceConnect+, environ quatre semaines par courrier",
        _prudent,
        "Pour créer une demande là-bas, il faut FranceConnect+ (L'Identité Numérique La Poste ou France Identité). "
        "Sans FranceConnect+, Mon Compte Formation vérifie votre identité sur papier. La vérification faite par "
        "l'ADM79 sur ce site n'y sert pas.",
    ),
    Line(
        Milestone.REQUESTED,
        "Créer votre demande",
        Actor.YOU,
        "",
        _prudent,
        "Créez votre demande d'inscription sur Mon Compte Formation, puis notez ici son numéro de dossier.",
        "Demande d'inscription",
    ),
    Line(
        Milestone.PROPOSED,
        "Faire sa proposition",
        Actor.BODY,
        f"{ANSWER_WORKING_DAYS} jours ouvrés au plus",
        _answered,
        "L'organisme vous envoie sa proposition sur Mon Compte Formation. Sans réponse de sa part, la demande tombe.",
        "Proposition de l'organisme",
    ),
    Line(
        Milestone.VALIDATED,
        "Valider la proposition",
        Actor.YOU,
        f"{CONFIRM_WORKING_DAYS} jours ouvrés au plus après la proposition",
        _validated,
        "Validez la proposition de l'organisme sur Mon Compte Formation. Sans validation, la demande tombe.",
        "À valider",
    ),
    Line(
        Milestone.PAID,
        "Payer la formation",
        Actor.MCF,
        "après la formation",
        lambda _facts: None,
        "Le DIF élus paie l'organisme après la formation.",
        "Formation terminée",
    ),
)
"""In order. Delays and names of the screens: those of Mon Compte Formation, as training bodies describe them."""

ENDINGS = {
    Milestone.REFUSED: (
        "L'organisme a refusé votre demande sur Mon Compte Formation. Votre place à l'ADM79 reste la vôtre : demandez "
        "à l'ADM79 ce qu'il en est, puis créez une nouvelle demande là-bas, ou choisissez un autre financement."
    ),
    Milestone.FALLEN: (
        "Votre demande est tombée sur Mon Compte Formation, faute de réponse à temps. Votre place à l'ADM79 reste la "
        "vôtre : créez une nouvelle demande là-bas, ou choisissez un autre financement."
    ),
    Milestone.CANCELLED: (
        "Votre demande est annulée sur Mon Compte Formation. Pour que le DIF élus paie, créez-en une nouvelle ; sinon, "
        "choisissez un autre financement ou annulez aussi votre place ici."
    ),
}
"""The ends that a request may come to there, each with its way on."""


@dataclass(frozen=True)
class Stage:
    """One line for one dossier: where it stands, by which last day (never one that is past), who says so.

    *overdue*: its last day is past, and nobody said that it was passed.
    """

    line: Line
    progress: Progress
    by: date | None
    mark: Mark | None
    overdue: bool = False

    @property
    def milestone(self) -> str:
        """Its name."""
        return self.line.milestone.value

    @property
    def source(self) -> str:
        """How we know: « déclaré par vous le … », « vu par l'ADM79 le … », « inconnu »."""
        return self.mark.source if self.mark else "inconnu"

    @property
    def is_done(self) -> bool:
        """Whether somebody said that it is passed, or a later one."""
        return self.progress == Progress.DONE

    @property
    def is_yours(self) -> bool:
        """Whether it is the person's to do now."""
        return self.line.actor == Actor.YOU and self.progress == Progress.TODO


@dataclass(frozen=True)
class Track:
    """The stages in order; *ending*: how the request ended there, *way_on* what to do then."""

    stages: tuple[Stage, ...]
    ending: Milestone | None = None
    stretch: Stretch = Stretch.FINE

    @property
    def next(self) -> Stage | None:
        """The first thing the person has to do there now, if any."""
        return next((stage for stage in self.stages if stage.is_yours), None)

    @property
    def waiting(self) -> Stage | None:
        """What somebody else is doing there now, if anything."""
        return next((stage for stage in self.stages if stage.progress == Progress.WAITING), None)

    @property
    def too_late(self) -> bool:
        """Whether MCF's clock has run out before a request was said to exist there."""
        return self.stretch == Stretch.LATE and not self.ending and not self.is_passed(Milestone.REQUESTED)

    @property
    def way_on(self) -> str:
        """After an end: what can still be done."""
        return ENDINGS[self.ending] if self.ending else ""

    @property
    def asked_there(self) -> bool:
        """Whether a request is said to exist on MCF: what is cancelled here has to be cancelled there too."""
        return self.ending is None and self.is_passed(Milestone.REQUESTED)

    def is_passed(self, milestone: Milestone) -> bool:
        """Whether this stage is behind us."""
        return any(stage.is_done for stage in self.stages if stage.milestone == milestone)

    @property
    def file_number(self) -> str:
        """The number that MCF gave the request; empty when nobody noted it."""
        marks = [stage.mark for stage in self.stages if stage.milestone == Milestone.REQUESTED]
        return marks[0].file_number if marks and marks[0] else ""


def track(facts: McfFacts) -> Track:
    """Where one dossier stands on Mon Compte Formation."""
    ending = next((end for end in ENDINGS if facts.mark(end)), None)
    passed = [number for number, line in enumerate(TABLE) if facts.mark(line.milestone)]
    furthest = max(passed, default=-1)
    stages, open_before = [], False
    for number, line in enumerate(TABLE):
        progress = _progress(line, facts, done=number <= furthest, ended=ending is not None, behind=open_before)
        open_before = open_before or progress != Progress.DONE
        by = line.last_day(facts) if progress != Progress.DONE else None
        past = by is not None and by < facts.today
        overdue = past and progress in {Progress.TODO, Progress.WAITING}
        stages.append(Stage(line, progress, None if past else by, facts.mark(line.milestone), overdue))
    return Track(tuple(stages), ending, facts.clocks.stretch(facts.today))


def _progress(line: Line, facts: McfFacts, *, done: bool, ended: bool, behind: bool) -> Progress:
    needs_request = line.milestone in {Milestone.REQUESTED, Milestone.PROPOSED, Milestone.VALIDATED, Milestone.PAID}
    if done:
        return Progress.DONE
    if behind or (needs_request and (ended or not facts.seated)):
        return Progress.LATER
    if line.milestone == Milestone.PAID:
        return Progress.WAITING if facts.today >= facts.start else Progress.LATER
    return Progress.TODO if line.actor == Actor.YOU else Progress.WAITING
