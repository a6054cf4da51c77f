"""The portal's settings with the floors' addresses added, and static files that need no gathering."""

from dlfportal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.endpoints"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# What is asked for and not there is part of what is measured.
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # type: ignore[index] # noqa: F405
