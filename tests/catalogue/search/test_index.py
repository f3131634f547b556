"""The index is rewritten in the transaction that saves."""

from datetime import timedelta

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from catalogue.models import SearchEntry, Synonym, Training
from catalogue.search import index
from catalogue.search.engine import Criteria, Search
from catalogue.search.statement import results
from tests.catalogue.conftest import DAY
from tests.factories import CommuneFactory, PlaceFactory, SessionFactory, TrainingBodyFactory, TrainingFactory


def found(**asked) -> list[str]:
    references = dict(Training.objects.order_by("pk").values_list("pk", "reference"))
    return [references[hit.training] for hit in results(Search(Criteria(**asked), DAY)).hits]


def test_a_new_title_is_found_at_once(db):
    training = TrainingFactory(title="Abeilles en ville")
    assert found(q="abeille") == [training.reference]
    training.title = "Ruches"
    training.save()
    assert found(q="abeille") == []
    assert found(q="ruche") == [training.reference]


def test_the_body_the_place_and_the_session(db):
    body = TrainingBodyFactory(name="Maison du Bocage")
    training = TrainingFactory(body=body)
    session = SessionFactory(
        training=training, place=PlaceFactory(commune=CommuneFactory(code="79049", name="Bressuire"))
    )
    assert found(q="bocage") == found(q="bressuire") == [training.reference]
    body.name = "Maison de la Plaine"
    body.save()
    session.place.commune = CommuneFactory(code="79329", name="Thouars")
    session.place.save()
    assert found(q="plaine") == found(q="thouars") == [training.reference]
    assert found(q="bocage") == found(q="bressuire") == []
    session.delete()
    assert found(q="thouars") == []


def test_what_is_rolled_back_is_not_found(db):
    with transaction.atomic():
        TrainingFactory(title="Abeilles")
        transaction.set_rollback(True)
    assert found(q="abeilles") == []
    assert not SearchEntry.objects.exists()


def test_a_deleted_training_leaves_the_index(db):
    training = TrainingFactory(title="Abeilles")
    SessionFactory(training=training)
    training.delete()
    assert not SearchEntry.objects.exists()
    assert found(q="abeilles") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO catalogue_search_fts(catalogue_search_fts) VALUES ('integrity-check')")


def test_bulk_writes_are_caught_up_with(db):
    training = TrainingFactory(title="Abeilles")
    Training.objects.filter(pk=training.pk).update(title="Fourmis")
    assert found(q="fourmis") == []
    call_command("rebuild_search", verbosity=0)
    assert found(q="fourmis") == [training.reference]


def test_synonyms_of_staff_need_no_rebuilding(db):
    training = TrainingFactory(title="Le budget")
    assert found(q="pognon") == []
    Synonym.objects.create(expressions="pognon, budget")
    assert found(q="pognon") == [training.reference]


def test_drafts_and_withdrawn_are_not_found(db):
    for status in (Training.Status.DRAFT, Training.Status.WITHDRAWN):
        TrainingFactory(title="Abeilles", status=status)
    assert found(q="abeilles") == []


def test_indexing_takes_the_same_queries_for_one_and_for_many(db, django_assert_num_queries):
    body = TrainingBodyFactory()
    for _ in range(3):
        SessionFactory(training=TrainingFactory(body=body))
    with django_assert_num_queries(7):
        index.index(Training.objects.all())


def test_the_next_open_session_counts_the_deadline(db):
    training = TrainingFactory()
    SessionFactory(training=training, start=DAY + timedelta(days=10))
    late = SessionFactory(training=training, start=DAY + timedelta(days=11))
    assert results(Search(Criteria(), DAY)).hits[0].next_open == late.start


def test_a_seat_taken_does_not_touch_the_index(db, django_assert_num_queries):
    session = SessionFactory()
    session.seats_taken = 1
    with django_assert_num_queries(1):
        session.save(update_fields=["seats_taken"])
    session.cancelled_at = timezone.now()
    session.save(update_fields=["cancelled_at"])
    assert found(q="Niort") == []
