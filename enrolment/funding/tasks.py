"""What is left to do for the training to be paid, once the request has left: as tasks, and in words for mails."""

from datetime import date

from catalogue.models import Training
from catalogue.sessions import in_force
from catalogue.trainings.deep_links import MCF_LOGIN_URL
from core import french
from enrolment.funding import marks
from enrolment.funding.milestones import Stage, Track
from enrolment.models import LIVE_STATES, SEATED_STATES, WITH_PUBLIC, Enrolment, Milestone
from enrolment.tasks import Actor, Key, Progress, Task

MCF_ONLY = "Sur Mon Compte Formation : "
REQUESTS = {
    Milestone.ACCOUNT: "ouvrez votre compte sur Mon Compte Formation",
    Milestone.RIGHTS_SEEN: "regardez votre compte élu sur Mon Compte Formation",
    Milestone.IDENTITY: "préparez votre identité pour Mon Compte Formation",
    Milestone.REQUESTED: "créez votre demande sur Mon Compte Formation",
    Milestone.VALIDATED: "validez la proposition sur Mon Compte Formation",
}
"""How each stage that is the person's is asked for."""
SAID_ONLY = "Ce site ne peut pas le voir : dites-nous quand c'est fait."
OVERDUE = (
    "Le dernier jour est passé : regardez sur Mon Compte Formation ce qu'il en est, et dites-le dans votre dossier."
)
TOO_LATE = (
    "Votre demande ne devrait plus être payée par le DIF élus : choisissez un autre financement ou une autre date, "
    "ou tentez-la tout de même sur Mon Compte Formation."
)


def paying_tasks(enrolment: Enrolment, track: Track | None, signed_on: date | None) -> tuple[Task, ...]:
    """The tasks of the funding chosen; none before the request has left, none of MCF for another funding.

    *signed_on*: the day on which the commune signed its agreement.
    """
    if enrolment.state not in LIVE_STATES or not enrolment.sent_at:
        return ()
    stages = track.stages if track and track.ending is None else ()
    tasks = [_task(stage) for stage in stages if not (stage.is_done and stage.mark is None)]
    if track and (track.ending or track.too_late):
        words = track.way_on or TOO_LATE
        tasks = [
            Task(
                Key.MCF,
                "Reprendre votre financement",
                Actor.YOU,
                Progress.TODO,
                None,
                "",
                words,
                "reprenez votre financement",
            )
        ]
    return (*tasks, *_agreement(enrolment, signed_on))


def _task(stage: Stage) -> Task:
    line = stage.line
    title = line.title if line.actor != Actor.YOU else f"{MCF_ONLY}{line.title[0].lower()}{line.title[1:]}"
    words = OVERDUE if stage.overdue else SAID_ONLY if stage.is_yours else ""
    return Task(
        Key.MCF, title, line.actor, stage.progress, stage.by, line.usual, words, REQUESTS.get(line.milestone, "")
    )


def _agreement(enrolment: Enrolment, signed_on: date | None) -> tuple[Task, ...]:
    if enrolment.funding not in WITH_PUBLIC or not enrolment.public_agreed:
        return ()
    progress = Progress.DONE if signed_on else Progress.TODO
    words = "La collectivité paie directement l'organisme de formation."
    title = "Faire signer l'accord de votre commune ou intercommunalité"
    request = "faites signer l'accord de votre commune ou intercommunalité"
    return (Task(Key.AGREEMENT, title, Actor.YOU, progress, enrolment.session.start, "", words, request),)


def in_mails(enrolment: Enrolment, today: date) -> dict[str, str]:
    """For the mails of a live request with a seat: what to do on MCF, by when, where; empty for another funding."""
    track = marks.track_of(enrolment, today) if enrolment.state in SEATED_STATES else None
    if track is None:
        return {}
    training = enrolment.session.training
    return {"mcf_words": words_for(track), "mcf_url": training.mcf_url or MCF_LOGIN_URL, "mcf_how": _how(training)}


def clocks_in_words(enrolment: Enrolment, today: date) -> str:
    """Both clocks of a living dossier; once it is sent, ADM79's is not said any more when it is past."""
    over = enrolment.sent_at and today > in_force.last_day_to_send(enrolment.session)
    if not enrolment.is_live or over:
        return ""
    return in_force.both_clocks(enrolment.session, today, dif=enrolment.uses_dif)


def words_for(track: Track) -> str:
    """The one thing to do there now, by when; or whom one waits for."""
    if track.ending:
        return track.way_on
    if track.is_passed(Milestone.VALIDATED):
        return "Vous avez validé la proposition de l'organisme : il ne reste rien à faire sur Mon Compte Formation."
    if track.is_passed(Milestone.PROPOSED):
        return _by("Validez la proposition de l'organisme sur Mon Compte Formation", track, Milestone.VALIDATED)
    if track.is_passed(Milestone.REQUESTED):
        return "L'organisme doit vous faire sa proposition sur Mon Compte Formation, sous deux jours ouvrés. " + _by(
            "Validez ensuite la proposition", track, Milestone.VALIDATED
        )
    if track.too_late:
        return TOO_LATE
    return _by("Créez votre demande sur Mon Compte Formation", track, Milestone.REQUESTED)


def _by(words: str, track: Track, milestone: Milestone) -> str:
    by = next((stage.by for stage in track.stages if stage.milestone == milestone), None)
    if by is None:
        return f"{words}. {OVERDUE}"
    return f"{words} {french.by(by)}."


def _how(training: Training) -> str:
    """Without a link: what to search for; what to have at hand."""
    found = ""
    if not training.mcf_url:
        found = (
            "Une fois connecté : « Chercher les formations liées à l'exercice de mon mandat », puis "
            f"« {training.title} », organisme {training.body.name}. "
        )
    return f"{found}Ayez à portée de main FranceConnect+, ou votre identité déjà vérifiée sur Mon Compte Formation."
