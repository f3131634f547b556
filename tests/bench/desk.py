"""Queries of the staff's pages with a county's worth of rows: at most ``MOST`` each, whatever there is behind them."""

import random
import sys
import time
from argparse import ArgumentParser
from datetime import timedelta
from decimal import Decimal
from itertools import batched

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

OFFICIALS, TRAININGS, SESSIONS, DOSSIERS = 5_000, 60, 358, 8_000
"""As the association has them in a few years."""
MOST = 20
SEED, BATCH = 79, 1_000
SEATED = ("sent", "accepted", "attended", "absent")


def fill(
    officials: int = OFFICIALS, trainings: int = TRAININGS, sessions: int = SESSIONS, dossiers: int = DOSSIERS
) -> None:
    """Fill an empty database."""
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.auth.hashers import make_password
    from django.contrib.contenttypes.models import ContentType

    from accounts.models import Mandate, User
    from catalogue.models import SearchEntry, Session, Training
    from catalogue.search import words
    from core.encryption import keyed_digest
    from enrolment.models import Enrolment, EnrolmentEvent
    from tests import factories

    chance, now, today = random.Random(SEED), timezone.now(), timezone.localdate()
    password, commune = make_password(factories.PASSWORD), factories.CommuneFactory()
    factories.ScaleFactory()
    first = factories.TrainingFactory()
    offered = Training.objects.bulk_create(
        (
            Training(
                reference=f"formation-{number}",
                title=f"Formation n° {number}",
                status=Training.Status.PUBLISHED,
                body_id=first.body_id,
                subject_id=first.subject_id,
                duration_hours=Decimal(6),
                price=Decimal(200),
            )
            for number in range(trainings)
        ),
        batch_size=BATCH,
    )
    SearchEntry.objects.bulk_create(
        (SearchEntry(training=each, title=(said := words.index_words(each.title)), body=said) for each in offered),
        batch_size=BATCH,
    )
    places = [factories.PlaceFactory(name=f"Salle {number}") for number in range(20)]
    people = [
        User(
            birth_name=f"Nom{number}",
            first_names="Camille",
            email=f"elu{number}@courriel.example",
            email_confirmed_at=now,
            password=password,
            nir_digest=keyed_digest(f"bench{number}", purpose="nir"),
            certified_by=chance.choice(("", "document", "franceconnect")),
            certified_at=now,
        )
        for number in range(officials)
    ]
    for some in batched(people, BATCH):
        User.objects.bulk_create(some)
    mandates = [
        Mandate(
            user=each,
            status="confirmed",
            degree=2,
            birth_name=each.birth_name,
            first_name="Camille",
            name_key=each.birth_name.lower(),
            function="Maire",
            commune=commune,
            start=today - timedelta(days=900),
        )
        for each in people
    ]
    Mandate.objects.bulk_create(mandates, batch_size=BATCH)
    days = [today + timedelta(days=chance.randrange(-300, 200)) for _ in range(sessions)]
    held = Session.objects.bulk_create(
        (
            Session(training=chance.choice(offered), start=day, end=day, place=chance.choice(places), seats=40)
            for day in days
        ),
        batch_size=BATCH,
    )
    opened, taken = [], dict.fromkeys((each.pk for each in held), 0)
    for number in range(dossiers):
        session, sent = held[number % sessions], now - timedelta(days=chance.randrange(1, 60))
        past = session.start <= today
        state = chance.choice(("attended", "absent", "refused") if past else ("sent", "accepted", "waiting", "refused"))
        taken[session.pk] += state in SEATED
        opened.append(
            Enrolment(
                user=people[(number * 7) % officials],
                session=session,
                state=state,
                reference=f"79-{number:09}",
                sent_at=sent,
                price=Decimal(200),
                birth_name=f"Nom{number}",
                first_names="Camille",
                email=f"elu{number}@courriel.example",
                proof="franceconnect",
                last_day_to_send=session.start - timedelta(days=11),
            )
        )
    Enrolment.objects.bulk_create(opened, batch_size=BATCH)
    EnrolmentEvent.objects.bulk_create(
        (EnrolmentEvent(enrolment=each, at=each.sent_at, transition="send", target="sent") for each in opened),
        batch_size=BATCH,
    )
    staff, kind = factories.StaffFactory(), ContentType.objects.get_for_model(Enrolment)
    written = {"user": staff, "content_type": kind, "action_flag": CHANGE, "change_message": "Accepter."}
    LogEntry.objects.bulk_create(
        (
            LogEntry(object_id=each.pk, object_repr=each.reference, action_time=each.sent_at, **written)
            for each in opened
        ),
        batch_size=BATCH,
    )
    for session in held:
        session.seats_taken = taken[session.pk]
    Session.objects.bulk_update(held, ["seats_taken"], batch_size=BATCH)


def pages() -> dict[str, str]:
    """What is measured: home, each list of the menu, the month; with a star, pages that are no list."""
    from django.contrib import admin

    from catalogue.models import Session
    from enrolment.desk import answers

    found = {"Aujourd'hui": reverse("admin:index")}
    for model in admin.site._registry:
        name = str(model._meta.verbose_name_plural).capitalize()
        found[name] = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    first, session = answers.queue()[0], Session.objects.order_by("-seats_taken", "pk")[0]
    return {
        **found,
        "Tous les dossiers": reverse("admin:enrolment_enrolment_changelist", query={"quand": "tout"}),
        "Sessions du mois": reverse("admin:session-month"),
        "Répondre à une demande *": reverse("admin:answer", args=[first.pk]),
        "Une session *": reverse("admin:catalogue_session_change", args=[session.pk]),
    }


def main() -> int:
    """Print the table; 1 when a page asks the database too much."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", help="not used: the number of queries is the same")
    parser.parse_args()
    from django.conf import settings

    from tests.bench.world import log_in
    from tests.factories import StaffFactory

    settings.STAFF_OTP_REQUIRED = False  # nobody is there to type a code

    call_command("migrate", verbosity=0)
    fill()
    client, failed = Client(), False
    client.cookies[settings.SESSION_COOKIE_NAME] = log_in(StaffFactory(is_superuser=True))
    sys.stdout.write(f"{'page':<46} {'requêtes':>9} {'ms':>6} {'ko':>6}\n")
    for name, address in pages().items():
        client.get(address, secure=True)
        with CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            response = client.get(address, secure=True)
            spent = (time.perf_counter() - begun) * 1000
        assert response.status_code == 200, (name, response.status_code)
        many = len(queries) > MOST and not name.endswith("*")
        failed |= many
        mark = "  TROP" if many else ""
        sys.stdout.write(f"{name:<46} {len(queries):>9} {spent:>6.0f} {len(response.content) / 1000:>6.0f}{mark}\n")
    sys.stdout.write(
        f"{OFFICIALS} élus, {SESSIONS} sessions, {DOSSIERS} dossiers. Au plus {MOST} requêtes l'accueil et une liste.\n"
    )
    return int(failed)


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
