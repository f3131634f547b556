"""``make mutants``: change the pure rules one operator at a time, and print how many changes a test noticed.

Which rules and which tests: ``[tool.mutmut]`` in pyproject.toml. Bounded in time (``MINUTES``, 30 unless told); no part
of CI. Survivors: ``.venv/bin/mutmut results``, then ``.venv/bin/mutmut show NAME``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

MINUTES = int(os.environ.get("MINUTES", "30"))
TOOL = Path(sys.executable).with_name("mutmut")
KILLED = ("killed", "timeout", "suspicious", "segfault")


def main() -> int:
    """Run the tool, then print killed/total; 0 when it ran to its end."""
    command = [str(TOOL), "run", "--max-children", str(os.cpu_count() or 1)]
    try:
        ended = subprocess.run(command, timeout=60 * MINUTES, check=False).returncode
    except subprocess.TimeoutExpired:
        ended = 1
        print(f"Stopped after {MINUTES} minutes: what follows counts the mutants tried so far.")
    subprocess.run([str(TOOL), "export-cicd-stats"], check=False, stdout=subprocess.DEVNULL)
    stats = json.loads(Path("mutants/mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    killed = sum(stats.get(name, 0) for name in KILLED)
    tried = killed + stats.get("survived", 0) + stats.get("no_tests", 0)
    rate = f"{100 * killed / tried:.1f} %" if tried else "—"
    print(f"Mutants killed: {killed}/{tried} ({rate}), of {stats.get('total', tried)} made")
    return ended


if __name__ == "__main__":
    sys.exit(main())
