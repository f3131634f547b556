"""What every committed file keeps to; also run by ``make lint``."""

import gzip
import hashlib
import pkgutil
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
REGISTRIES = re.compile(
    rb"py[p]i\.o[r]g|pythonho[s]ted|registry\.npm[j]s|registry\.yarnp[k]g|deb\.deb[i]an|archive\.ubun[t]u"
)
MACHINE = re.compile(rb"/(?:ro[o]t|ho[m]e/[a-z]+|Us[e]rs)/|/wor[k]/main")
KEYS = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE K[E]Y-----|AK[I]A[0-9A-Z]{16}|gh[p]_[A-Za-z0-9]{36}")
INLINE = re.compile(r"<[^>]+\s(?:style|on[a-z]+)\s*=\s*[\"']|<style[\s>]|<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)
CSS_LIMIT = 12 * 1024  # bytes once gzipped, all the style sheets that a visitor may load
ADMIN_CSS_LIMIT = 6 * 1024  # and the screens of the staff, on Django's, which no visitor loads
ADMIN_CSS = ("admin.css", "admin-letter.css", "admin-sheets.css")
FONTS_LIMIT = 18 * 1024  # bytes, the two weights of the face
LONGEST = 400  # lines: a longer file is asking to be two


def committed(pattern="*"):
    """The files that git knows; without git, those that lie there and are not made by a command."""
    names = []
    if shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z", pattern], cwd=ROOT, capture_output=True, check=False)
        names = [name for name in listed.stdout.decode().split("\0") if name]
    paths = [ROOT / name for name in names] or [path for path in ROOT.rglob(pattern) if not is_made(path)]
    return [path for path in paths if path.is_file()]


def is_made(path):
    parts = path.relative_to(ROOT).parts
    return any(part.startswith(".") or part in {"staticfiles", "__pycache__", "test-results"} for part in parts)


def files_with(expression, pattern="*"):
    return [str(path.relative_to(ROOT)) for path in committed(pattern) if expression.search(path.read_bytes())]


def test_no_file_names_a_package_registry():
    assert files_with(REGISTRIES) == []


def test_no_file_holds_a_private_key():
    assert files_with(KEYS) == []


def test_no_file_knows_the_machine_it_was_written_on():
    assert files_with(MACHINE) == []


WORDS = re.compile(
    r"(?<![a-z])(?:ho[u]ses?|(?<!in[ _])(?<!d['’])of[f]ices?|br[a]k(?:es?|ed|ing))(?![a-z])|; ho[w] many\b",
    re.IGNORECASE,
)
"""Words that a stranger would not understand here; say « admin », « staff », « throttle », « Return how many … »."""
VOICED = ("*.py", "*.md", "*.toml", "Makefile", ".ci/run", "deploy/*")


def test_the_project_speaks_plain_english():
    """A mandate may be « in of[f]ice », and French may say « d'of[f]ice »."""
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for pattern in VOICED
        for path in committed(pattern)
        if "migrations" not in path.parts
        for match in WORDS.finditer(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("text", ["ho{u}se rule", "test_of{f}ice", "OF{F}ICE = 1", "bra{k}ed", "Delete; ho{w} many."])
def test_the_search_for_odd_words_finds_them(text):
    assert WORDS.search(re.sub("[{}]", "", text))


@pytest.mark.parametrize("text", ["in_of{f}ice", "mandate in of{f}ice", "warehouse", "inscrit d'of{f}ice"])
def test_the_search_for_odd_words_finds_nothing_else(text):
    assert not WORDS.search(re.sub("[{}]", "", text))


STANDS_ALONE = {"emails", "proxy"}
"""What is read where no file of the site can be asked for: mails, and what nginx says when the site does not answer."""


def test_no_template_has_inline_style_script_or_handler():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in committed("*.html")
        if "templates" in path.parts and not STANDS_ALONE & set(path.parts)
        for match in INLINE.finditer(path.read_text())
    ]
    assert found == []


def test_no_template_writes_an_hour_with_a_colon():
    """« 9 h 30 »: `G \\h i`, or `core.french.hour`."""
    assert files_with(re.compile(rb"[HG]:i\b|H.{1,2}\\h"), "*templates/*") == []


def test_the_style_sheets_stay_small():
    sheets = sorted((ROOT / "static" / "css").glob("*.css"))
    weights = {sheet.name: len(gzip.compress(sheet.read_bytes(), 9)) for sheet in sheets}
    assert sum(weights.pop(name) for name in ADMIN_CSS) <= ADMIN_CSS_LIMIT
    assert 0 < sum(weights.values()) <= CSS_LIMIT


def test_no_style_sheet_or_script_comes_from_elsewhere():
    elsewhere = re.compile(rb"@import|url\(\s*[\"']?(?:https?:)?//|import\s.*[\"']https?://")
    assert [
        str(path.relative_to(ROOT))
        for path in (ROOT / "static").rglob("*.[cj]s*")
        if elsewhere.search(path.read_bytes())
    ] == []


def test_no_file_of_code_is_too_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in committed("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


UPWARD = re.compile(
    r"""["']enrolments|enrolments__|identity_checks__|["']enrolment:|\.(?:enrolments|identity_checks|ledger)\b(?!`)"""
)
ADDRESS = re.compile(r"""f?["']/(?:mes-droits|formations|inscriptions|identite|compte|connexion|mon-compte)\b""")


def test_no_lower_app_names_what_the_app_above_hangs_on_it():
    """Reverse relations and addresses of enrolment: ties that the import linter cannot see."""
    lower = [path for path in committed("*.py") if path.relative_to(ROOT).parts[0] in {"core", "accounts", "catalogue"}]
    tied = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in lower
        if "migrations" not in path.parts
        for match in re.finditer(f"{UPWARD.pattern}|{ADDRESS.pattern}", path.read_text())
    ]
    assert tied == []


@pytest.mark.parametrize("text", ['Count("enrolments")', "session.enrolments.all()", 'redirect("enrolment:rights")'])
def test_the_search_for_upward_ties_finds_them(text):
    assert UPWARD.search(text)


def test_every_requirement_is_pinned_by_its_hash():
    for name in ("base", "dev", "mutants"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        packages = re.findall(r"^([a-z0-9][\w.\-]*)(\S*)", text, re.MULTILINE | re.IGNORECASE)
        assert packages
        assert [package for package, version in packages if not version.startswith(("==", "["))] == []
        assert text.count("--hash=sha256:") >= len(packages)


@pytest.mark.parametrize("text", ['<p style="color:red">', "<a onclick='x()'>", "<style>", "<script>alert(1)</script>"])
def test_the_search_for_inline_code_finds_it(text):
    assert INLINE.search(text)


@pytest.mark.parametrize("text", ['<script type="module" src="/a.js">', '<p class="style">', '<option value="on">'])
def test_the_search_for_inline_code_finds_nothing_else(text):
    assert not INLINE.search(text)


def test_the_face_is_small_and_is_what_its_readme_describes():
    fonts = ROOT / "static" / "fonts"
    served = sorted(fonts.glob("*.woff2"))
    assert len(served) == 2
    assert sum(font.stat().st_size for font in served) <= FONTS_LIMIT
    readme = (fonts / "README.md").read_text()
    assert [font.name for font in served if hashlib.sha256(font.read_bytes()).hexdigest() not in readme] == []


README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
APPS = ("config", "enrolment", "catalogue", "accounts", "core")
EVERYWHERE = {"models", "migrations", "templatetags", "management"}
"""Folders of an app that the README names once for all."""
NOT_MADE_YET = {"enrolment/dossiers/steps/travel.py"}
"""What a recipe has its reader write."""


def section(start, end):
    """The README between two texts."""
    text = README.read_text()
    return text[text.index(start) : text.index(end, text.index(start))]


def test_the_readme_lists_the_rooms_as_they_are():
    drawn, app = {}, ""
    for line in section("```\nconfig/", "\n```\n\nThe four").splitlines()[1:]:
        names = re.match(r"\s*((?:[a-z_]+/\s?)+)", line)[1].split()
        if line.startswith(" "):
            drawn[app] |= {name.rstrip("/") for name in names}
        else:
            app, drawn[names[0]] = names[0], set()
    for name in APPS:
        rooms = {path.parent.name for path in (ROOT / name).glob("*/__init__.py")} - EVERYWHERE
        assert drawn[f"{name}/"] == rooms


def test_the_readme_lists_the_commands_of_the_makefile():
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert re.findall(r"^\| `make (\w+)`", README.read_text(), re.MULTILINE) == targets


def test_the_readme_lists_every_variable_that_is_read_once():
    settings_read = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r"""(?:env\.\w+\(|\(env, )"([A-Z0-9_]+)\"""", settings_read))
    read |= {f"PUBLISHER_{fact.upper()}" for fact in settings.PUBLISHER}
    read |= set(re.findall(r"\$\{([A-Z_]+):-", (ROOT / "deploy" / "run").read_text())) - {"RES_OPTIONS"}
    listed = []
    for cell in re.findall(r"^\| (`[A-Z].+?) \|", section("### Environment", "### Operation"), re.MULTILINE):
        first, *others = re.findall(r"`(\w+)`", cell)
        listed += [first, *(first.split("_")[0] + name if name[0] == "_" else name for name in others)]
    assert sorted(listed) == sorted(read)


def test_the_documentation_names_files_and_objects_that_exist():
    wrong = []
    for page in PAGES:
        text = page.read_text()
        paths = set(re.findall(rf"`((?:{'|'.join(APPS)}|templates|static|tests|deploy|docs)/[\w/.]*)`", text))
        wrong += [f"{page.name}: {path}" for path in paths - NOT_MADE_YET if not (ROOT / path).exists()]
        for name in set(re.findall(rf"`((?:{'|'.join(APPS)})(?:\.\w+)+)", text)):
            try:
                pkgutil.resolve_name(name)
            except (ImportError, AttributeError):
                wrong.append(f"{page.name}: {name}")
    assert wrong == []
