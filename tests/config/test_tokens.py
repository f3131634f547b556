"""The colours of the look, read from the tokens, are seen by everybody: contrast by surface, in both schemes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "static", "css")
TOKENS = dict(re.findall(r"--([a-z-]+):\s*([^;]+);", (CSS / "tokens.css").read_text()))
SCHEMES = ("light", "dark")
SURFACES = ("paper", "surface", "sunken", "green-wash", "ochre-wash", "tile-wash", "duck-wash")
"""What a control or a text may stand on, besides the band."""


def colour(name: str, scheme: str) -> str:
    """The hexadecimal value of a token in a scheme."""
    found = re.findall(r"#[0-9a-f]{6}", TOKENS[name])
    return found[SCHEMES.index(scheme) % len(found)]


def luminance(value: str) -> float:
    parts = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", SURFACES)
def test_the_focus_ring_shows_on_every_surface(surface: str, scheme: str) -> None:
    assert contrast(colour("focus", scheme), colour(surface, scheme)) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_focus_ring_shows_on_the_band_of_header_and_footer(scheme: str) -> None:
    assert contrast(colour("focus-on-band", scheme), colour("band", scheme)) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", ["ink", "ink-soft", "green", "tile"])
def test_words_are_readable_on_every_surface(text: str, surface: str, scheme: str) -> None:
    assert contrast(colour(text, scheme), colour(surface, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("on-green", "green"),
        ("on-ochre", "ochre"),
        ("ochre-deep", "surface"),
        ("ochre-deep", "ochre-wash"),
        ("duck", "surface"),
        ("duck", "duck-wash"),
        ("on-band", "band"),
        ("green-deep", "paper"),
    ],
)
def test_words_in_a_colour_with_a_meaning_are_readable(text: str, surface: str, scheme: str) -> None:
    assert contrast(colour(text, scheme), colour(surface, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", ["paper", "surface"])
def test_the_border_of_a_field_is_seen(surface: str, scheme: str) -> None:
    assert contrast(colour("line-strong", scheme), colour(surface, scheme)) >= 3


def test_every_surface_that_changes_the_ring_is_judged_here() -> None:
    """A sheet that sets another ring names one of the two that are judged, or repeats the first."""
    own = re.findall(r"--focus:\s*([^;]+);", (CSS / "components.css").read_text())
    assert set(own) <= {"var(--focus-on-band)", TOKENS["focus"]}
