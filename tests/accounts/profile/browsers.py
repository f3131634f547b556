"""The browser of somebody who has logged in."""

from django.test import Client
from django.urls import reverse

from accounts.models import CorrectionRequest
from tests.factories import (
    PASSWORD,
)


def browser_of(person, **headers) -> Client:
    client = Client(headers=headers)
    client.post("/connexion/", {"nir": person.nir, "password": PASSWORD})
    return client


NEW = {"password": "Coteau-Fleuri79", "password_again": "Coteau-Fleuri79"}


def decide(asked: CorrectionRequest, name: str) -> str:
    return reverse("admin:accounts_correctionrequest_act", args=[asked.pk, name])


def link_to(message, part: str) -> str:
    """The address of ours that a mail holds."""
    return next(word for word in message.body.split() if part in word).removeprefix("http://testserver")
