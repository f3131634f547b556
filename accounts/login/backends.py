"""Finding the account of a person who logs in by NIR and password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.identity import nir as nir_rules
from accounts.identity.pepper_change import bring_forward
from accounts.models import User


class NirBackend(ModelBackend):
    """An official's account by the digest of the NIR; takes the same time whether the account exists or not."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, nir: nir_rules.Nir | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The active account with this number and password, else None."""
        if nir is None or password is None:
            return None
        bring_forward(nir)
        user = User.objects.filter(nir_digest=nir_rules.digest(nir)).first()
        if user is None:
            make_password(password)  # the same work as a check, so that the clock tells nothing
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
