"""Without DEBUG a missing or wrong setting stops every kind of start, in one clear line that tells no secret."""

import pytest

from tests.config.production import KEY, PRODUCTION, start

COMMAND = ["manage.py", "check"]
WSGI = ["-c", "import config.wsgi"]


@pytest.mark.parametrize("how", [COMMAND, WSGI], ids=["command", "wsgi"])
def test_a_complete_environment_starts(how, static_root):
    result = start(*how, STATIC_ROOT=static_root)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "DEBUG"])
def test_a_missing_variable_stops_the_start_in_one_line(name):
    result = start(*WSGI, **{name: None})
    assert result.returncode != 0
    assert result.stderr.strip() == f"ADM79: démarrage refusé : la variable d'environnement {name} manque."


def test_debug_is_off_unless_somebody_turns_it_on():
    result = start("-c", "import config.settings; print(config.settings.DEBUG)", DEBUG=None)
    assert result.stdout.strip() == "False"


def test_the_web_server_does_not_start_without_its_static_files(tmp_path):
    result = start(*WSGI, STATIC_ROOT=str(tmp_path))
    assert result.returncode != 0
    assert "collectstatic" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


WRONG = {
    "franceconnect over http": {
        "FRANCECONNECT_CLIENT_ID": "x",
        "FRANCECONNECT_CLIENT_SECRET": "y",
        "FRANCECONNECT_ISSUER": "http://oidc.example/api/v2",
    },
    "franceconnect on this machine": {
        "FRANCECONNECT_CLIENT_ID": "x",
        "FRANCECONNECT_CLIENT_SECRET": "y",
        "FRANCECONNECT_ISSUER": "https://127.0.0.2:8001/api/v2",
    },
    "franceconnect on localhost": {
        "FRANCECONNECT_CLIENT_ID": "x",
        "FRANCECONNECT_CLIENT_SECRET": "y",
        "FRANCECONNECT_ISSUER": "https://simulateur.localhost/api/v2",
    },
    "franceconnect without secret": {"FRANCECONNECT_CLIENT_ID": "x"},
    "unknown unit": {"ENROLMENT_DEADLINE_UNIT": "weeks"},
    "negative days": {"ENROLMENT_DEADLINE_DAYS": "-1"},
    "validated before it is created": {"MCF_REQUEST_WORKING_DAYS": "5", "MCF_VALIDATION_WORKING_DAYS": "11"},
    "negative working days": {"MCF_VALIDATION_WORKING_DAYS": "-1"},
    "short pepper": {"NIR_PEPPER": "poivre"},
    "bad key": {"ENCRYPTION_KEYS": f"{KEY},not-a-key"},
}


BOTH = ["-c", """
import sys
try:
    import config.wsgi
except SystemExit as refusal:
    print(refusal.code, file=sys.stderr)
print("-----", file=sys.stderr)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
"""]  # fmt: skip
"""The web server, then a command, in one process."""


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_stops_the_web_server_in_one_line_and_every_command_without_a_traceback(case):
    result = start(*BOTH, **WRONG[case])
    web_server, command = result.stderr.split("-----\n")
    assert web_server.startswith("ADM79: démarrage refusé : ")
    assert len(web_server.strip().splitlines()) == 1
    assert result.returncode != 0
    assert "adm79.E00" in command
    assert "Traceback" not in command


@pytest.mark.parametrize("how", [COMMAND, WSGI], ids=["command", "wsgi"])
def test_a_refusal_tells_no_secret(how):
    result = start(*how, NIR_PEPPER="poivre", ENCRYPTION_KEYS="cle-mal-formee")
    assert result.returncode != 0
    assert "poivre" not in result.stdout + result.stderr
    assert "cle-mal-formee" not in result.stdout + result.stderr


@pytest.mark.parametrize("command", ["demo", "demo_data"])
def test_the_demo_refuses_a_production(command):
    result = start("manage.py", command)
    assert result.returncode != 0
    assert "DEBUG" in result.stderr
    assert "Traceback" not in result.stderr
