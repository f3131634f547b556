"""``make simulate``: seasons played at random for as long as wanted, then every hostile value at every address.

Bounded in time (``MINUTES``, 30 unless told). On SQLite, or on the PostgreSQL that ``DATABASE_URL`` names. A season
that breaks a rule is printed, shortened to what it takes: it goes into ``tests/simulate/test_season.py`` as an example.
"""

import os
import random
import subprocess
import sys
import time

MINUTES = int(os.environ.get("MINUTES", "30"))
SEASONS, STEPS = "40", "60"


def pytest(*arguments: str, **environment: str) -> int:
    """Run these tests; pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-x", *arguments]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def main() -> int:
    """0 when every rule held until the time was over."""
    end = time.monotonic() + 60 * MINUTES
    failed = pytest("-s", "tests/config/test_hostile.py", EVERYBODY="true")
    while not failed and time.monotonic() < end:
        seed = random.randrange(2**32)
        print(f"Seed {seed}", flush=True)
        failed = pytest("tests/simulate", f"--hypothesis-seed={seed}", SEASONS=SEASONS, STEPS=STEPS)
    return failed


if __name__ == "__main__":
    sys.exit(main())
