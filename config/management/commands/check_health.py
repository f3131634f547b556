"""Is all as it should be? For whoever watches the site: a line for each finding, and the exit code says it too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import health


class Command(BaseCommand):
    help = "Dit ce qui ne va pas : base, migrations, tâches, minuteur, réglages. Échoue quand le service en souffre."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = health.findings()
        for finding in found:
            mark = "ERREUR" if finding.level == "error" else "À VOIR"
            self.stdout.write(f"{mark} {finding.code} : {finding.text} {finding.remedy}")
        if any(finding.level == "error" for finding in found):
            raise CommandError("Le service n'est pas en bon état.")
        self.stdout.write("Le service est en bon état." if not found else "Le service tourne.")
