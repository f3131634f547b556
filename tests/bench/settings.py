"""The production's settings, with two more pages to compare with: the least that any page of the site could cost."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
