"""A proof just given, as the page « Est-ce bien vous ? » would leave it in the session."""

from django.test import Client
from django.utils import timezone

from accounts.login.fresh_proof import FRESH_KEY


def fresh(client: Client) -> Client:
    """The same browser, whose person has just proved themselves."""
    session = client.session
    session[FRESH_KEY] = {"user": session["_auth_user_id"], "at": timezone.now().timestamp()}
    session.save()
    return client
