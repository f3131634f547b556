"""What this machine has to test with."""

import os
import shutil


def find_browser() -> str | None:
    """The path of Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def find_html_checker() -> list[str]:
    """The command of the Nu Html Checker; empty where there is none.

    It is ``vnu``, or the file that ``VNU_JAR`` names: the npm package ``vnu-jar`` brings it, and it wants Java.
    """
    if (jar := os.environ.get("VNU_JAR")) and shutil.which("java"):
        return ["java", "-Xss4m", "-jar", jar]
    return ["vnu"] if shutil.which("vnu") else []
