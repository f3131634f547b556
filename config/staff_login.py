"""How staff give their name and password, with the officials' throttle on guessing."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.login import devices
from accounts.models import User
from core import throttling
from core.forms.base import CleanTextMixin


class StaffLoginForm(CleanTextMixin, AdminAuthenticationForm):
    """The admin's login form; after a few failures an account or a network has to wait."""

    def clean(self) -> dict[str, Any]:
        counter, network = self._counters()
        now = timezone.now()
        wait = throttling.take_all([network, counter], now)
        if wait:
            raise ValidationError(f"Trop d'essais. Réessayez dans {throttling.in_words(wait)}.", code="throttled")
        cleaned = super().clean()
        throttling.clear(*counter)
        throttling.give_back(*network)
        if self.request and isinstance(self.user_cache, User):
            devices.remember(self.request, self.user_cache)
        return cleaned

    def _counters(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The account's counter (this browser's own when they have logged in from it before), and the network's."""
        account = f"staff:{str(self.cleaned_data.get('username', '')).strip().casefold()}"
        if self.request is None:
            return ("login-account", account), ("login-network", "unknown")
        return devices.counter_of(self.request, account), ("login-network", throttling.network(self.request))
