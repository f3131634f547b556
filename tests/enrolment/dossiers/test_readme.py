"""What the README draws is what the site does."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def test_the_readme_draws_the_table_of_transitions_as_it_is():
    drawn = StringIO()
    call_command("transitions", "--mermaid", stdout=drawn)
    assert drawn.getvalue().strip() in Path(settings.BASE_DIR, "README.md").read_text()
