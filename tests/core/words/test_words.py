"""Words of the staff: a draft is looked at, then published, and what is published changes no more."""

import datetime
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import outbox
from core.models import Announcement, MailPhrase, OutgoingMail
from core.words import announcements, phrases, prose
from core.words.phrases import Phrase
from tests.desk import press
from tests.factories import in_days

pytestmark = pytest.mark.django_db
ADMIN = "/admin/core"


def announce(text="Nos bureaux ferment à Noël.", **fields):
    given = {"starts_on": in_days(0), "ends_on": in_days(3), "published_at": timezone.now()}
    return Announcement.objects.create(text=text, **{**given, **fields})


class TestAnnouncements:
    @pytest.mark.parametrize("path", ["/", "/aide/", "/connexion/"])
    def test_it_is_shown_to_everybody_on_its_days(self, client, path):
        announce()
        assert "Nos bureaux ferment" in client.get(path).text

    def test_an_official_reads_it_at_work_too(self, official_client):
        announce()
        assert "Nos bureaux ferment" in official_client.get("/mes-droits/").text

    @pytest.mark.parametrize(
        "fields",
        [
            {"published_at": None},
            {"starts_on": in_days(1)},
            {"starts_on": in_days(-3), "ends_on": in_days(-1)},
            {"withdrawn_at": timezone.now()},
        ],
    )
    def test_a_draft_one_of_other_days_and_one_withdrawn_are_not(self, client, fields):
        announce(**fields)
        announce("Celle-ci se lit.")
        page = client.get("/").text
        assert "Celle-ci se lit." in page
        assert "Nos bureaux ferment" not in page

    def test_one_of_the_home_page_stays_there(self, client):
        announce(where=Announcement.Where.HOME)
        assert "Nos bureaux ferment" in client.get("/").text
        assert "Nos bureaux ferment" not in client.get("/aide/").text

    def test_whoever_has_read_it_hides_it_for_good_and_keeps_reading_the_others(self, client):
        first, second = announce("Un."), announce("Deux.")
        answer = client.post(f"/annonces/{first.pk}/masquer/", headers={"Referer": "http://testserver/aide/"})
        assert answer["Location"] == "/aide/"
        page = client.get("/aide/").text
        assert "Un." not in page
        assert "Deux." in page
        client.post(f"/annonces/{second.pk}/masquer/")
        assert "Deux." not in client.get("/").text
        assert "Un." not in client.get("/").text

    def test_what_a_browser_says_it_hid_is_no_way_in(self, client):
        announce()
        client.cookies[announcements.COOKIE] = "x.99999999999999999999.<script>." * 200
        assert client.get("/").status_code == 200

    def test_nothing_of_html_is_taken_from_staff(self, client):
        announce("<script>alert(1)</script>")
        page = client.get("/").text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_the_last_day_comes_after_the_first(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            announce(starts_on=in_days(2), ends_on=in_days(1))


class TestPublishing:
    def test_written_looked_at_published_and_withdrawn(self, staff_client, client):
        fields = {
            "text": "Nos bureaux\u200b ferment.",
            "where": "everywhere",
            "starts_on": in_days(0),
            "ends_on": in_days(9),
        }
        answer = staff_client.post(f"{ADMIN}/announcement/add/", fields)
        draft = Announcement.objects.get()
        assert draft.text == "Nos bureaux ferment."
        assert answer["Location"].endswith(f"/{draft.pk}/agir/publish/")
        page = staff_client.get(answer["Location"])
        assert "Ce qui sera lu" in page.text
        assert "Nos bureaux ferment." in page.text
        assert "Nos bureaux ferment." not in client.get("/").text
        press(staff_client, answer["Location"])
        assert "Nos bureaux ferment." in client.get("/").text
        press(staff_client, f"{ADMIN}/announcement/{draft.pk}/agir/withdraw/")
        assert "Nos bureaux ferment." not in client.get("/").text

    def test_what_is_published_is_only_read_and_gives_a_new_version(self, staff_client):
        published = announce()
        change = f"{ADMIN}/announcement/{published.pk}/change/"
        staff_client.post(
            change, {"text": "Autre chose.", "where": "home", "starts_on": in_days(0), "ends_on": in_days(1)}
        )
        staff_client.post(f"{ADMIN}/announcement/{published.pk}/delete/", {"post": "yes"})
        published.refresh_from_db()
        assert published.text == "Nos bureaux ferment à Noël."
        press(staff_client, f"{ADMIN}/announcement/{published.pk}/agir/again/")
        draft = Announcement.objects.get(published_at=None)
        assert (draft.text, draft.ends_on) == (published.text, published.ends_on)

    @pytest.mark.parametrize("name", ["text", "starts_on"])
    def test_the_code_may_not_change_it_either(self, name):
        published = announce()
        with pytest.raises(ValidationError, match="ne change plus"):
            published.save()
        with pytest.raises(ValidationError, match="ne change plus"):
            published.save(update_fields=[name, "withdrawn_at"])


class TestMailPhrases:
    def publish(self, **fields):
        given = {"kind": "accounts/password_changed", "published_at": timezone.now()}
        return MailPhrase.objects.create(**{**given, **fields})

    def sent(self, run_tasks, kind="accounts/password_changed"):
        outbox.send_later(kind, "jeanne@courriel.example", phrases.example())
        run_tasks()
        return mail.outbox[-1]

    def test_it_stands_at_the_beginning_and_the_end_of_its_mail_alone(self, run_tasks):
        self.publish(opening="Bonne année 2027.", closing="Nos bureaux sont fermés <mardi>.")
        message = self.sent(run_tasks)
        html = message.alternatives[0].content
        for body in (message.body, html):
            assert (
                body.index("Bonjour")
                < body.index("Bonne année")
                < body.index("Nos bureaux")
                < body.index("Une question")
            )
        assert "<mardi>" in message.body
        assert "&lt;mardi&gt;" in html
        assert "Bonne année" not in self.sent(run_tasks, "accounts/email_changed").body

    def test_the_last_one_published_counts_and_a_draft_does_not(self, run_tasks):
        now = timezone.now()
        self.publish(opening="Ancienne.", published_at=now - datetime.timedelta(days=1))
        self.publish(opening="Nouvelle.", published_at=now)
        self.publish(opening="Brouillon.", published_at=None)
        body = self.sent(run_tasks).body
        assert "Nouvelle." in body
        assert "Ancienne." not in body
        assert "Brouillon." not in body

    def test_a_mail_without_words_is_as_before(self, run_tasks):
        before = self.sent(run_tasks).body
        self.publish(opening=" ", closing="")
        after = self.sent(run_tasks).body
        assert before == after
        assert "\n\n\n" not in before

    @pytest.mark.parametrize("kind", phrases.names())
    def test_every_kind_of_mail_takes_words_and_has_its_example(self, kind):
        row = OutgoingMail(template=kind, recipient="apercu@exemple.invalid")
        row.context = phrases.example()
        message = outbox.compose(row, Phrase("Au début.", "À la fin."))
        assert message.subject
        bodies = [str(message.body), *(part.content for part in message.alternatives)]
        assert [("Au début." in body, "À la fin." in body) for body in bodies] == [(True, True)] * len(bodies)

    def test_every_mail_of_the_site_is_there_but_the_desks_own(self):
        every = {str(path.relative_to(phrases.FOLDER).with_suffix("")) for path in phrases.FOLDER.glob("*/*.txt")}
        assert every - set(phrases.kinds()) == {"desk/morning", "enrolment/base", "enrolment/mcf"}

    def test_staff_see_the_mail_before_it_counts(self, staff_client):
        form = staff_client.get(f"{ADMIN}/mailphrase/add/").text
        assert "Votre mot de passe a été changé" in form or "accounts/password_changed" in form
        answer = staff_client.post(
            f"{ADMIN}/mailphrase/add/", {"kind": "enrolment/request_sent", "opening": "Merci.", "closing": ""}
        )
        page = staff_client.get(answer["Location"]).text
        shown = re.search(r"<pre>(.+?)</pre>", page, re.DOTALL)[1]
        assert "Merci." in shown
        assert "Jeanne MARTIN" in shown


class TestProse:
    @pytest.mark.parametrize(
        "typed",
        [
            "[x](https://ailleurs.example/)",
            "[x](javascript:alert)",
            "[x](//ailleurs.example)",
            "<a href='/'>x</a>",
            "## <b>x</b>",
        ],
    )
    def test_nothing_leads_elsewhere_and_no_tag_passes(self, typed):
        html = prose.as_html(typed)
        assert "x" in html
        assert "<a" not in html
        assert "<b>" not in html
