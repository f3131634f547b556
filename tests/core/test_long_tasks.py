"""Long work: shown before it is written, left and found again, taken over from a killed worker, done once."""

import datetime

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import long_tasks
from core.long_tasks import Given, RefusedError, Work
from core.models import LongTask, PeriodicRun
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
State = LongTask.State


class Counting(Work):
    """Writes one row a line given; « non » is refused, « boum » fails after having written."""

    name = "tests-counting"

    def look(self, given: Given) -> dict:
        given.progress(1, 2)
        if given.content == b"non":
            raise RefusedError("Ce n'est pas cela.")
        return {"lines": len(given.content.splitlines())}

    def write(self, given: Given) -> dict:
        for number, _ in enumerate(given.content.splitlines()):
            PeriodicRun.objects.create(job=f"test {number}", succeeded_at=timezone.now())
        if b"boum" in given.content:
            raise ValueError("secret")
        return {"written": given.shown["lines"], **given.options}


def written() -> int:
    return PeriodicRun.objects.filter(job__startswith="test").count()


def start(content: bytes) -> LongTask:
    return long_tasks.start(Counting, [content], {"choice": True}, StaffFactory())


def test_nothing_is_written_before_it_was_shown_and_confirmed(run_tasks):
    work = start(b"a\nb")
    run_tasks()
    work.refresh_from_db()
    assert (work.state, work.found, written()) == (State.SHOWN, {"lines": 2}, 0)
    assert long_tasks.confirm(work, work.by, {"more": 1})
    run_tasks()
    work.refresh_from_db()
    assert (work.state, written()) == (State.DONE, 2)
    assert work.found == {"written": 2, "choice": True, "more": 1}
    assert work.given == b"", "what was given is forgotten"


def test_who_confirms_answers_for_what_is_written(run_tasks):
    work, colleague = start(b"a"), StaffFactory()
    run_tasks()
    assert work.by != colleague
    long_tasks.confirm(work, colleague)
    work.refresh_from_db()
    assert work.by == colleague


def test_confirmed_twice_it_is_done_once(run_tasks):
    work = start(b"a")
    run_tasks()
    assert [long_tasks.confirm(work, work.by), long_tasks.confirm(work, work.by)] == [True, False]
    run_tasks()
    assert written() == 1


def test_what_was_dropped_is_never_written(run_tasks):
    work = start(b"a")
    run_tasks()
    assert long_tasks.drop(work)
    assert not long_tasks.confirm(work, work.by)
    run_tasks()
    assert written() == 0
    work.refresh_from_db()
    assert work.given == b""


def test_a_refusal_is_told_and_a_fault_leaves_nothing_half_done(run_tasks, caplog):
    refused = start(b"non")
    broken = start(b"a\nboum")
    run_tasks()
    long_tasks.confirm(broken, broken.by)
    run_tasks()
    refused.refresh_from_db()
    broken.refresh_from_db()
    assert (refused.state, refused.found["why"]) == (State.FAILED, "Ce n'est pas cela.")
    assert (broken.state, written()) == (State.FAILED, 0)
    assert "secret" not in broken.found["why"]


def test_what_is_written_by_parts_does_not_claim_that_nothing_was(run_tasks, monkeypatch, caplog):
    monkeypatch.setattr(Counting, "at_once", False)
    work = start(b"a\nboum")
    run_tasks()
    long_tasks.confirm(work, work.by)
    run_tasks()
    work.refresh_from_db()
    assert (work.state, written(), work.found["partly"]) == (State.FAILED, 2, True)


def killed(work: LongTask, now: datetime.datetime) -> None:
    """As a worker leaves it that was killed in the middle of its work."""
    DBTaskResult.objects.update(status="RUNNING", started_at=now)
    LongTask.objects.filter(pk=work.pk).update(state=State.LOOKING, attempts=1, alive_until=now + long_tasks.ALIVE)


def test_the_work_of_a_killed_worker_is_noticed_and_given_to_another(run_tasks):
    work, now = start(b"a"), timezone.now()
    killed(work, now)
    assert long_tasks.requeue_lost(now) == 0, "it may still be alive"
    later = now + long_tasks.ALIVE + datetime.timedelta(seconds=1)
    work.refresh_from_db()
    assert work.is_lost(later)
    assert long_tasks.requeue_lost(later) == 1
    run_tasks()
    work.refresh_from_db()
    assert (work.state, work.attempts) == (State.SHOWN, 2)


def test_a_task_that_comes_twice_does_its_work_once(run_tasks):
    work = start(b"a")
    long_tasks.run.enqueue(str(work.pk))
    assert run_tasks() == ["SUCCESSFUL", "SUCCESSFUL"]
    work.refresh_from_db()
    assert (work.state, work.attempts) == (State.SHOWN, 1)


def test_a_worker_that_was_thought_killed_keeps_nothing_of_what_it_did(run_tasks, monkeypatch):
    work = start(b"a\nb")
    run_tasks()
    long_tasks.confirm(work, work.by)

    def slowly(self, given: Given) -> dict:
        LongTask.objects.filter(pk=work.pk).update(attempts=2)  # another has taken it over meanwhile
        PeriodicRun.objects.create(job="test 0", succeeded_at=timezone.now())
        return {}

    with monkeypatch.context() as patch:
        patch.setattr(Counting, "write", slowly)
        run_tasks()
    assert written() == 0


def test_it_is_given_up_after_some_interruptions(run_tasks):
    work = start(b"a")
    LongTask.objects.filter(pk=work.pk).update(attempts=long_tasks.MOST_ATTEMPTS)
    run_tasks()
    work.refresh_from_db()
    assert work.state == State.FAILED
    assert "interrompu" in work.found["why"]


def test_what_is_given_and_found_is_encrypted_and_forgotten_in_time(run_tasks):
    work = start(b"Jeanne Moreau")
    run_tasks()
    row = LongTask.objects.get()
    assert b"Jeanne" not in bytes(row.content)
    assert row.given == b"Jeanne Moreau"
    now = timezone.now()
    assert long_tasks.purge(now + long_tasks.KEPT_FOR - datetime.timedelta(hours=1)) == 0
    assert long_tasks.purge(now + long_tasks.KEPT_FOR + datetime.timedelta(hours=1)) == 1
    assert work.pk is not None
