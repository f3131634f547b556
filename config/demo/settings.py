"""The demo's settings: the site's own, with the pages that visitors of a real site see when something goes wrong."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "config.demo.middleware.PlainErrorsMiddleware"]
