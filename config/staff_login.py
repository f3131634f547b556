"""How staff give their name and password, with the same brake on guessing as the officials."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from core import throttling
from core.forms.base import CleanTextMixin


class StaffLoginForm(CleanTextMixin, AdminAuthenticationForm):
    """The admin's login form; after a few failures an account or a network has to wait."""

    def clean(self) -> dict[str, Any]:
        keys = self._keys()
        now = timezone.now()
        wait = throttling.take_all(keys, now)
        if wait:
            raise ValidationError(f"Trop d'essais. Réessayez dans {throttling.in_words(wait)}.", code="throttled")
        cleaned = super().clean()
        (account, key), (network, address) = keys
        throttling.clear(account, key)
        throttling.give_back(network, address)
        return cleaned

    def _keys(self) -> list[tuple[str, str]]:
        username = str(self.cleaned_data.get("username", "")).strip().casefold()
        return [
            ("login-account", f"staff:{username}"),
            ("login-network", throttling.network(self.request) if self.request else "unknown"),
        ]
