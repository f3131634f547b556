"""README's install page, line by line, in a clean folder: from the sources to a login over https through the proxy."""

import http.client
import http.cookiejar
import os
import re
import shlex
import shutil
import ssl
import subprocess
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from tests.config.test_repository import committed
from tests.operation.production import Site, eventually, free_port

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("operation")]
ROOT = Path(settings.BASE_DIR)

ADDRESS = "12 rue de l'Abreuvoir, 79000 Niort"
NEEDS_A_MACHINE_OF_ITS_OWN = {
    "apt-get": "packages of the system",
    "useradd": "accounts of the system",
    "systemctl": "systemd",
    "sudo -u postgres": "the system's PostgreSQL: the test has one of its own",
    "editor": "somebody at the keyboard: the test fills in an address",
    "nginx -t": "the system's nginx: the test has one of its own",
    "python3 -m venv": "downloads: the test takes the environment that `make` has just installed from the same file",
}
"""Lines that are not followed here, by how they begin, and why."""


def lines():
    """The commands of the install page, without their comments."""
    page = (ROOT / "README.md").read_text()
    block = page[page.index("CI follows these very lines") :].split("```")[1]
    return [re.sub(r"\s{2,}#.*", "", line) for line in block.splitlines()[1:] if line.strip()]


@pytest.fixture(scope="module")
def installed(folder, cluster):
    """The clean folder, once every line that can be followed has been."""
    home, etc = folder / "srv", folder / "etc"
    for path in committed():
        target = home / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    (home / ".venv").symlink_to((ROOT / ".venv").resolve())
    for each in ("systemd/system", "nginx/conf.d"):
        (etc / each).mkdir(parents=True)
    cluster.create("installed")
    script = ["set -e"]
    for line in lines():
        if line.startswith("editor"):
            fill = f's|PUBLISHER_ADDRESS=""|PUBLISHER_ADDRESS="{ADDRESS}"|'
            script.append(shlex.join(["sed", "-i", fill, f"{etc}/adm79/environment"]))
        if not line.startswith(tuple(NEEDS_A_MACHINE_OF_ITS_OWN)):
            script.append(
                line.replace("sudo -Eu adm79 ", "").replace("/srv/adm79", str(home)).replace("/etc/", f"{etc}/")
            )
            if line.startswith("set -a"):
                script.append(
                    f"export DATABASE_URL={cluster.url('installed')} DJANGO_SUPERUSER_PASSWORD=Bureau-de-Niort79"
                )
    text = "\n".join(script).replace("createsuperuser", "createsuperuser --no-input --username=paule")
    # The last line says what is still to be filled in, and that no timer has run yet.
    text = text.replace("manage.py check_health", "manage.py run_periodic && .venv/bin/python manage.py check_health")
    done = subprocess.run(
        ["bash", "-c", text], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return home, etc, done.stdout


def test_every_line_that_this_machine_can_follow_is_followed(installed):
    home, etc, said = installed
    assert "Le service tourne." in said
    assert "PUBLISHER_SIREN" in said
    assert "PUBLISHER_ADDRESS" not in said, "an address is read whole, spaces and apostrophe included"
    assert (home / "staticfiles" / "staticfiles.json").exists()
    assert list((etc / "systemd" / "system").glob("adm79-*"))
    assert (etc / "adm79" / "environment").stat().st_mode & 0o777 == 0o600


def test_the_units_start_what_is_there_and_hold(installed, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not installed here")
    home, _, _ = installed
    units = []
    for unit in (ROOT / "deploy" / "systemd").iterdir():
        units.append(tmp_path / unit.name)
        units[-1].write_text(unit.read_text().replace("/srv/adm79", str(home)))
    done = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_process_that_goes_on_is_started_again_within_bounds_of_memory():
    for name in ("pages", "tasks"):
        unit = (ROOT / "deploy" / "systemd" / f"adm79-{name}.service").read_text()
        assert "Restart=always" in unit
        assert "MemoryMax=" in unit
        assert f"ExecStart=/srv/adm79/deploy/run {name}\n" in unit


@pytest.fixture
def proxy(installed, folder, cluster):
    """nginx with its own certificate, before the installed site that is not started: the port of https, the site."""
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if not (nginx and openssl):
        pytest.skip("nginx or openssl is not installed here")
    home, etc, _ = installed
    written = shlex.split((etc / "adm79" / "environment").read_text(), comments=True)
    environment = dict(line.split("=", 1) for line in written)
    here = {"DATABASE_URL": cluster.url("installed"), "STATIC_ROOT": str(home / "staticfiles")}
    site = Site(folder, **environment | here | {"TRUSTED_PROXIES": "1", "STAFF_OTP_REQUIRED": "true"})
    port = free_port()
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=formations.example",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    conf = (etc / "nginx" / "conf.d" / "adm79.conf").read_text()
    for old, new in {
        "listen [::]:80;": "", "listen [::]:443 ssl http2;": "", "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl;", "127.0.0.1:8000": f"127.0.0.1:{site.port}",
        "/etc/letsencrypt/live/formations.example/fullchain.pem": str(folder / "cert.pem"),
        "/etc/letsencrypt/live/formations.example/privkey.pem": str(folder / "key.pem"),
        "/etc/nginx/": f"{etc}/nginx/", "/var/log/nginx/": f"{folder}/",
    }.items():  # fmt: skip
        conf = conf.replace(old, new)
    places = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off; events {{}} http {{ {places} {conf} }}"
    )
    process = subprocess.Popen([nginx, "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.PIPE)
    try:
        yield port, site
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
def https(proxy):
    """The installed site behind nginx; the port of https."""
    port, site = proxy
    with site.running():
        yield port


@pytest.fixture
def ask(proxy, folder):
    """Ask nginx, before a site that does not answer: status, ``Cache-Control``, page."""
    trust = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    trust.check_hostname = False
    headers = {
        "Host": "formations.example",
        "Connection": "close",
        "Referer": "https://formations.example/page-d-avant/",
    }

    def asked(method, path="/contact/", body=None):
        connection = http.client.HTTPSConnection("127.0.0.1", proxy[0], timeout=20, context=trust)
        with closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers["Cache-Control"], answer.read().decode()

    def listens():
        try:
            return asked("GET")[0] == 502
        except OSError:
            return False

    assert eventually(listens), (folder / "nginx.log").read_text()
    return asked


def test_what_nginx_says_by_itself_it_says_in_the_words_of_the_site(ask):
    for said, title in (
        (ask("GET"), "Le site ne peut pas répondre"),
        (ask("POST", body=b"a" * 1_100_000), "Cet envoi est trop lourd"),
    ):
        assert said[1] == "no-store"
        assert title in said[2]


def test_the_log_of_nginx_tells_no_mailed_link_no_word_searched_for_and_no_page_before(ask, folder):
    """Not even while the site does not answer, when what was asked is led to another page and quoted as an error."""
    for path in ("/mot-de-passe/nouveau/MQ/lien-qui-ouvre/", "/franceconnect/retour/?code=lien-qui-ouvre"):
        assert ask("GET", path)[0] == 502
    assert ask("GET", "/formations/?q=mot-cherche")[0] == 502
    written = re.compile(r'"GET /formations/" 502 \d+ [\d.]+ [0-9a-f]{32} ')  # the path, and the request's id
    assert eventually(lambda: written.search((folder / "adm79.log").read_text()))
    logs = "".join(log.read_text() for log in folder.glob("*.log"))
    assert [told for told in ("lien-qui-ouvre", "mot-cherche", "page-d-avant") if told in logs] == []


def test_thirty_who_open_the_site_together_get_all_its_files(ask):
    """From one address, in a town hall: a dozen files each. 502 is the site's, which does not run; 429 is nginx's."""
    with ThreadPoolExecutor(30) as people:
        answers = list(people.map(lambda _: [ask("GET", "/static/css/base.css")[0] for _ in range(13)], range(30)))
    assert {status for each in answers for status in each} == {502}


def test_each_page_of_nginx_stands_alone_says_what_to_do_and_whom_to_reach(installed):
    _, etc, _ = installed
    conf = (etc / "nginx" / "conf.d" / "adm79.conf").read_text()
    told = dict(re.findall(r"error_page ([\d ]+) (/\d+\.html)", conf))
    assert {status for each in told for status in each.split()} == {"413", "429", "502", "503", "504"}
    for path in told.values():
        page = (etc / "nginx" / f"adm79_pages{path}").read_text()
        assert '<html lang="fr">' in page
        assert "mailto:" in page
        assert re.search(r"Attendez une minute|reprenez la photo", page)
        assert not re.search(r"""src=|rel="stylesheet"|url\(""", page), "a file that nobody would answer"


def test_the_first_member_of_staff_logs_in_over_https_through_the_proxy(https, folder):
    trust = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    trust.check_hostname = False
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trust), urllib.request.HTTPCookieProcessor(jar)
    )

    def ask(path, data=None):
        request = urllib.request.Request(
            f"https://127.0.0.1:{https}{path}",
            urllib.parse.urlencode(data).encode() if data else None,
            {"Host": "formations.example", "Referer": "https://formations.example/", "Accept-Encoding": "gzip"},
        )
        return opener.open(request, timeout=20)

    def ready():
        try:
            return ask("/sante/").status == 200
        except OSError:
            return False

    assert eventually(ready), (folder / "nginx.log").read_text()
    page = ask("/aide/")
    assert page.headers["Content-Encoding"] == "gzip"
    assert page.headers["Strict-Transport-Security"]
    ask("/admin/login/")
    token = next(cookie.value for cookie in jar if cookie.name == "__Host-csrftoken")
    form = {"username": "paule", "password": "Bureau-de-Niort79", "csrfmiddlewaretoken": token, "next": "/admin/"}
    assert ask("/admin/login/", form | {"password": "autre"}).url.endswith("/admin/login/")
    assert ask("/admin/login/", form).url.split("?")[0].endswith("/admin/code/installer/")
