"""The register in the admin: a file is read, what it would do is shown, and written once confirmed."""

import io
from typing import Any

from django import forms
from django.utils import timezone

from accounts.mandates.register.importer import DEPARTMENTS, Report, import_register
from accounts.mandates.register.reader import RegisterError
from accounts.models import Mandate
from core.admin.long_tasks import GivenWork
from core.forms.base import BaseForm
from core.long_tasks import Given, RefusedError
from core.models import LongTask


class RegisterFileForm(BaseForm):
    """A file of the register, as data.gouv.fr gives it."""

    file = forms.FileField(
        label="Fichier CSV du répertoire national des élus",
        help_text="Élus municipaux, communautaires, départementaux, régionaux, ou maires : un fichier à la fois.",
    )


class RegisterImport(GivenWork):
    """A file of the register; written in batches, each of which can be repeated."""

    name = "register"
    page = "repertoire"
    title = "Répertoire national des élus"
    form_class = RegisterFileForm
    template = "admin/accounts/mandate/import.html"
    permissions = ("accounts.add_mandate", "accounts.change_mandate")
    refusals = (RefusedError, RegisterError)
    choices = ("end_many",)
    at_once = False

    def look(self, given: Given) -> dict[str, Any]:
        return told(self._import(given, dry_run=True))

    def write(self, given: Given) -> dict[str, Any]:
        found = told(self._import(given, dry_run=False))
        self.journal(given, Mandate, found)
        return found

    def _import(self, given: Given, *, dry_run: bool) -> Report:
        lines = max(given.content.count(b"\n") - 1, 1)
        return import_register(
            io.BytesIO(given.content),
            today=timezone.localdate(),
            end_many=bool(given.options.get("end_many")),
            dry_run=dry_run,
            progress=lambda read: given.progress(min(read, lines), lines),
        )

    def context(self, found: dict[str, Any], work: LongTask) -> dict[str, Any]:
        return {"departments": ", ".join(DEPARTMENTS)}

    def nothing_to_write(self, found: dict[str, Any]) -> bool:
        return not (found["writes"] or found["withheld"])

    def said(self, found: dict[str, Any]) -> str:
        return " ".join(found["sentences"])


def told(report: Report) -> dict[str, Any]:
    """What an import did, or would do."""
    return {
        "sentences": report.sentences(),
        "changes": report.changes,
        "refused": report.examples,
        "withheld": report.ends_withheld,
        "writes": report.added + report.changed + report.ended,
    }
