"""The simulator as a process of its own.

    python -m tests.simulator --port 8001 --site http://localhost:8000 \
        [--client-id …] [--client-secret …] [--fault id_token-expired …]

The site then runs with::

    FRANCECONNECT_ISSUER=http://localhost:8001/api/v2
    FRANCECONNECT_CLIENT_ID=adm79-demonstration
    FRANCECONNECT_CLIENT_SECRET=secret-de-demonstration

``FRANCECONNECT_CLIENT_ID`` and ``_SECRET`` are read from the environment when the options are not given.
``--site`` may be given several times (the site seen as localhost and as 127.0.0.1). It listens on 127.0.0.1
alone, prints one line once it is ready, ends with Ctrl-C or SIGTERM, and refuses to start where the
environment is a production's (``DEBUG`` false, or ``SITE_URL`` in https). Faults can be switched on and off at
``http://localhost:8001/simulateur/``.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence

from tests.simulator.faults import FAULTS
from tests.simulator.provider import Client
from tests.simulator.server import Simulator

TRUE = {"true", "1", "yes", "on", "y", "t", "ok"}


def is_production(environ: Mapping[str, str]) -> bool:
    """Whether this environment is one where invented people must not be able to log in."""
    return environ.get("DEBUG", "true").lower() not in TRUE or environ.get("SITE_URL", "").startswith("https:")


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description="Simulateur de FranceConnect.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--site", action="append", help="adresse du site, sans barre finale (http://localhost:8000)")
    parser.add_argument("--client-id", default=os.environ.get("FRANCECONNECT_CLIENT_ID", Client.client_id))
    parser.add_argument("--client-secret", default=os.environ.get("FRANCECONNECT_CLIENT_SECRET", Client.client_secret))
    parser.add_argument("--fault", action="append", default=[], choices=sorted(FAULTS), help="panne, dès le départ")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until asked to stop."""
    if is_production(os.environ):
        sys.exit("Simulateur de FranceConnect : démarrage refusé, cet environnement est celui d'une production.")
    options = arguments(argv)
    sites = options.site or ["http://localhost:8000", "http://127.0.0.1:8000"]
    client = Client.of_site(*sites, client_id=options.client_id, client_secret=options.client_secret)
    simulator = Simulator(options.port, client, set(options.fault))

    def stop(*_: object) -> None:
        simulator.stopping.set()
        threading.Thread(target=simulator.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(f"Simulateur de FranceConnect prêt : {simulator.provider.issuer}\n")
    sys.stdout.flush()
    simulator.serve_forever(poll_interval=0.1)
    simulator.server_close()


if __name__ == "__main__":
    main()
