"""WSGI entry point, served by granian. Starts only if the settings hold together."""

import os

from django.core.wsgi import get_wsgi_application

from config.startup import refuse_wrong_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
refuse_wrong_settings()
