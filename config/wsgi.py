"""WSGI entry point, served by granian. Starts only if the settings hold together."""

import os

import django
from django.core.wsgi import get_wsgi_application

from config.startup import refuse_wrong_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SERVES_PAGES", "true")

django.setup()
refuse_wrong_settings()
application = get_wsgi_application()
