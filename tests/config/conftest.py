import pytest

from tests.config.production import start


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    """A folder with the static files collected, as before every deployment."""
    folder = tmp_path_factory.mktemp("static")
    result = start("manage.py", "collectstatic", "--no-input", STATIC_ROOT=str(folder))
    assert result.returncode == 0, result.stderr
    return str(folder)
