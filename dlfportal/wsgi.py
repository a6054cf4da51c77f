"""The WSGI application: `gunicorn dlfportal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dlfportal.settings")

application = get_wsgi_application()

# All that a request imports: loaded before a server forks, it is in memory once for all its workers.
get_resolver().resolve("/healthz")
