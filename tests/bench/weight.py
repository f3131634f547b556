"""Bytes on the wire: what a first visit takes in, and each next page, compressed as a browser asks for it."""

import re
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin

import django
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

ACCEPT = {"accept-encoding": "br, gzip", "accept": "text/html"}
FIRST_VISIT, FIRST_VISIT_WITH_FONTS, NEXT_PAGE = 45_000, 62_000, 12_000
"""At most, in bytes; headers count."""


class Files(HTMLParser):
    """The addresses of the files that a page loads by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        loads = {"link": given.get("href"), "script": given.get("src"), "img": given.get("src")}
        if tag == "link" and given.get("rel") not in {"stylesheet", "icon", "preload"}:
            return
        address = loads.get(tag)
        if address and address.startswith("/"):
            self.found.append(address)


def wire(response: HttpResponse) -> int:
    """Bytes of an answer: its status line, headers and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return 17 + sum(len(name) + len(value) + 4 for name, value in response.headers.items()) + len(body)


def weigh(client: Client, path: str) -> tuple[int, dict[str, int]]:
    """Bytes of the page at *path*, and of each file that it loads, fonts and pictures of its style sheets included."""
    response = client.get(path, headers=ACCEPT, follow=True)
    assert response.status_code == 200, (path, response.status_code)
    page = client.get(response.request["PATH_INFO"], {**response.wsgi_request.GET.dict()}).content.decode()
    files: dict[str, int] = {}
    waiting = Files(page).found
    while waiting:
        address = waiting.pop()
        if address in files:
            continue
        files[address] = wire(client.get(address, headers=ACCEPT))
        if address.endswith(".css"):
            sheet = b"".join(client.get(address).streaming_content).decode()
            urls = re.findall(r"url\([\"']?([^)\"'#]+)", sheet)
            waiting += [urljoin(address, url) for url in urls if not url.startswith("data:")]
    return wire(response), files


def main() -> int:
    """Print the table; 1 when a page is too heavy."""
    from django.conf import settings

    from tests.bench import world

    call_command("migrate", verbosity=0)
    made = world.make()
    known: set[str] = set(weigh(Client(), "/")[1])
    failed = False
    sys.stdout.write(
        f"{'page':<34} {'page':>7} {'fichiers':>9} {'polices':>8} {'1re visite':>11} {'page suivante':>14}\n"
    )
    for who, pages in (("public", made.public), ("connecté", made.pages)):
        for name, path in pages.items():
            client = Client()
            if who != "public":
                client.cookies[settings.SESSION_COOKIE_NAME] = world.key_for(made, name)
            page, files = weigh(client, path)
            fonts = sum(size for address, size in files.items() if address.endswith(".woff2"))
            others = sum(files.values()) - fonts
            new = page + sum(size for address, size in files.items() if address not in known)
            heavy = page + others > FIRST_VISIT or page + others + fonts > FIRST_VISIT_WITH_FONTS or new > NEXT_PAGE
            failed |= heavy
            mark = "  TROP" if heavy else ""
            sys.stdout.write(
                f"{f'{who} : {name}':<34} {page:>7} {others:>9} {fonts:>8} {page + others + fonts:>11}"
                f" {new:>14}{mark}\n"
            )
    sys.stdout.write(f"Au plus : {FIRST_VISIT} ({FIRST_VISIT_WITH_FONTS} avec les polices), puis {NEXT_PAGE} octets.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
