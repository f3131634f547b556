"""A forgotten password."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from tests.accounts.login.coming_in import NOBODY, log_in

pytestmark = pytest.mark.django_db


class TestForgottenPassword:
    def ask(self, person, run_tasks, **changes):
        data = {"nir": person.nir[:13], "email": person.email, **changes}
        response = Client().post("/mot-de-passe/oublie/", data)
        assert response["Location"] == reverse("accounts:password-forgotten-sent")
        run_tasks()
        return mail.outbox

    def link(self, outbox) -> str:
        return next(word for word in outbox[0].body.split() if "/mot-de-passe/nouveau/" in word).removeprefix(
            "http://testserver"
        )

    def test_number_and_address_together_bring_a_link_that_works_once(self, person, run_tasks, client):
        link = self.link(self.ask(person, run_tasks))
        assert client.get(link).status_code == 200
        new = {"password": "Coteau-Fleuri79", "password_again": "Coteau-Fleuri79"}
        assert client.post(link, new)["Location"] == "/mes-droits/"
        assert "Votre nouveau mot de passe est enregistré" in client.get("/mes-droits/").content.decode()
        assert Client().get(link).status_code == 410
        assert log_in(person.nir, "Coteau-Fleuri79").status_code == 302
        run_tasks()
        assert "Votre mot de passe a changé" in mail.outbox[-1].subject

    @pytest.mark.parametrize("changes", [{"email": "autre@courriel.example"}, {"nir": NOBODY}])
    def test_the_same_answer_and_no_mail_otherwise(self, person, run_tasks, changes):
        assert self.ask(person, run_tasks, **changes) == []

    def test_the_case_of_the_address_does_not_matter(self, person, run_tasks):
        assert len(self.ask(person, run_tasks, email=person.email.upper())) == 1

    def test_the_link_expires(self, person, run_tasks, client):
        link = self.link(self.ask(person, run_tasks))
        now = datetime.datetime.now(datetime.UTC)
        with time_machine.travel(now + datetime.timedelta(minutes=115)):
            assert client.get(link).status_code == 200
        with time_machine.travel(now + datetime.timedelta(minutes=121)):
            assert client.get(link).status_code == 410

    @pytest.mark.parametrize("path", ["/mot-de-passe/nouveau/x/y-z/", "/mot-de-passe/nouveau/%C3%A9/a-b/"])
    def test_a_broken_link_is_no_crash(self, client, path, person):
        assert client.get(path).status_code == 410

    def test_a_link_that_still_opens_is_not_logged(self, person, run_tasks, client, caplog):
        link = self.link(self.ask(person, run_tasks))
        assert client.post(link, {"password": "court", "password_again": "court"}).status_code == 422
        assert link.split("/")[-2] not in caplog.text

    def test_a_task_run_twice_sends_one_mail(self, person, run_tasks):
        self.ask(person, run_tasks)
        task = DBTaskResult.objects.get(task_path="accounts.login.reset.send_link")
        DBTaskResult.objects.filter(pk=task.pk).update(status="READY")
        run_tasks()
        assert len(mail.outbox) == 1

    def test_other_sessions_end(self, person, run_tasks, client):
        elsewhere = Client()
        log_in(person.nir, client=elsewhere)
        link = self.link(self.ask(person, run_tasks))
        client.post(link, {"password": "Coteau-Fleuri79", "password_again": "Coteau-Fleuri79"})
        assert elsewhere.get("/mon-compte/").status_code == 302
        assert client.get("/mon-compte/").status_code == 200

    def test_who_knows_the_number_alone_keeps_nobody_from_their_link(self, person, run_tasks):
        for _ in range(15):
            Client().post("/mot-de-passe/oublie/", {"nir": person.nir, "email": "x@y.example"})
        assert len(self.ask(person, run_tasks)) == 1

    def test_links_for_the_right_address_are_slowed_down_and_the_page_never_says_so(self, person, run_tasks):
        for _ in range(5):
            outbox = self.ask(person, run_tasks)
        assert len(outbox) == 3

    def test_the_newest_link_only_works(self, person, run_tasks, client):
        older = self.link(self.ask(person, run_tasks))
        newer = self.link(self.ask(person, run_tasks)[1:])
        assert older != newer
        assert client.get(older).status_code == 410
        assert client.get(newer).status_code == 200

    def test_the_database_holds_no_link_that_opens(self, person, run_tasks):
        link = self.link(self.ask(person, run_tasks))
        token = link.strip("/").split("/")[-1]
        person.refresh_from_db()
        assert person.reset_digest
        assert token not in str(User.objects.filter(pk=person.pk).values_list()[0])

    def test_the_task_holds_neither_number_nor_address(self, person):
        Client().post("/mot-de-passe/oublie/", {"nir": person.nir, "email": person.email})
        task = str(DBTaskResult.objects.get().args_kwargs)
        assert person.email not in task
        assert person.nir[:13] not in task
