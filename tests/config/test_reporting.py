"""Reports of errors leave only when asked for, and say where it happened without a word of what was typed."""

import json

from tests.config.production import start
from tests.factories import PASSWORD, make_nir

NIR = make_nir()[:13]
FAIL = """
import json, os
from sentry_sdk.transport import Transport
from config import reporting
events = []
class Kept(Transport):
    def capture_envelope(self, envelope):
        events.extend(item.payload.json for item in envelope.items if item.type == "event")
start = reporting.start
reporting.start = lambda dsn: start(dsn, transport=Kept)
import django; django.setup()
from django.test import Client
from config import help
help.found = lambda _: int(os.environ["TYPED"])
client = Client(raise_request_exception=False)
client.cookies["adm79_brouillon"] = os.environ["TYPED"]
headers = {"host": "formations.example", "x-forwarded-proto": "https", "user-agent": os.environ["TYPED"]}
client.get("/aide/?q=" + os.environ["TYPED"], headers=headers)
print(json.dumps(events))
"""


def test_a_report_holds_nothing_typed(static_root):
    dsn = "https://key@reports.example/1"
    done = start(
        "-c",
        FAIL,
        DJANGO_SETTINGS_MODULE="config.settings",
        SENTRY_DSN=dsn,
        STATIC_ROOT=static_root,
        TYPED=f"{NIR}-{PASSWORD}",
    )
    assert done.returncode == 0, done.stderr
    (event,) = json.loads(done.stdout.splitlines()[-1])
    assert event["exception"]["values"][-1]["type"] == "ValueError"
    assert event["request"] == {"method": "GET", "url": "/aide/"}
    assert "help_page" in done.stdout
    for secret in (NIR, PASSWORD):
        assert secret not in done.stdout


def test_nothing_is_reported_unless_asked_for():
    code = "import django; django.setup(); import sys; print('sentry_sdk' in sys.modules)"
    assert start("-c", code, DJANGO_SETTINGS_MODULE="config.settings").stdout.strip() == "False"
