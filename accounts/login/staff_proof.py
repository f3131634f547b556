"""« Est-ce bien vous ? » in the admin: sensitive writes of the staff ask for a fresh proof, in one way for all of them.

Which act is sensitive and which is not, with the reason, is one list: ``tests/accounts/login/test_staff_proof.py``.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.login import fresh_proof


class AsksProof(admin.ModelAdmin):
    """Mixed into an admin whose forms *sensitive_pages* (``add``, ``change``) or buttons are sensitive."""

    sensitive_pages: ClassVar[frozenset[str]] = frozenset()

    def prove(self, request: Any) -> HttpResponse | None:
        """The page that asks for the proof; None when it was given less than ten minutes ago."""
        return None if fresh_proof.is_fresh(request, timezone.now()) else fresh_proof.ask(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        may = self._writes(request, "add") and self.has_add_permission(request)
        return (self.prove(request) if may else None) or super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id)) if self._writes(request, "change") else None
        may = obj is not None and self.has_change_permission(request, obj)
        return (self.prove(request) if may else None) or super().change_view(
            request, object_id, form_url, extra_context
        )

    def _writes(self, request: HttpRequest, page: str) -> bool:
        return request.method == "POST" and page in self.sensitive_pages
