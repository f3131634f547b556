"""Logging in as a browser does."""

import datetime

from django.test import Client

from tests.factories import PASSWORD, make_nir

LOGIN = "/connexion/"
NOBODY = make_nir(order=888)
NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


def log_in(nir: str, password: str = PASSWORD, client: Client | None = None, **more):
    return (client or Client()).post(LOGIN, {"nir": nir, "password": password, **more})
