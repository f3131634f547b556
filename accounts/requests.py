"""A request whose sender is known."""

from django.http import HttpRequest

from accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """A request that ``LoginRequiredMiddleware`` (or the admin's door) let through."""

    user: User
