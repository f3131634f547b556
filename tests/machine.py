"""What this machine has to test with."""

import shutil
from pathlib import Path


def find_browser() -> str | None:
    """The path of Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def find_postgresql() -> Path | None:
    """The folder of PostgreSQL's programs, the newest that is installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = debian[-1] if debian else shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None
