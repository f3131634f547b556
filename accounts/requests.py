"""A request whose sender is known."""

from typing import Literal

from django.http import HttpRequest

from accounts.models import User

type Method = Literal["password", "franceconnect"]
"""How somebody logged in."""


class AuthenticatedRequest(HttpRequest):
    """A request that ``LoginRequiredMiddleware`` (or the admin's door) let through."""

    user: User
