"""Write what nginx says by itself: too large, too many, no answer. Static pages, which stand when the site does not."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string

from core.french import typography

STATUSES = ("413", "429", "502", "504")
"""Those that `deploy/nginx/adm79.conf` names in its ``error_page`` lines."""


class Command(BaseCommand):
    help = "Écrit dans un dossier les pages que nginx montre quand le site ne répond pas (413, 429, 502, 503, 504)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="le dossier que nomme deploy/nginx/adm79.conf")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for status in STATUSES:
            page = typography(render_to_string(f"proxy/{status}.html").encode())
            (folder / f"{status}.html").write_bytes(page)
        folder.chmod(0o755)
