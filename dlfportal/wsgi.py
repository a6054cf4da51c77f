"""The WSGI application: `gunicorn dlfportal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dlfportal.settings")

application = get_wsgi_application()
