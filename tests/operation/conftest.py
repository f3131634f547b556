"""One production for the tests of this folder."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.serve.cluster import Cluster, find_postgresql
from tests.operation import production


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="adm79-") as name:  # a short path, which PostgreSQL's account can enter
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def cluster(folder: Path) -> Iterator[Cluster]:
    programs = find_postgresql()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with production.cluster(folder, programs) as made:
        yield made


@pytest.fixture(scope="session")
def site(folder: Path, cluster: Cluster) -> Iterator[production.Site]:
    site = production.Site(folder, DATABASE_URL=cluster.url())
    site.manage("migrate", "--verbosity=0")
    site.manage("collectstatic", "--no-input", "--verbosity=0")
    with site.running():
        yield site
