"""The portal's settings with the floors' addresses added."""

from dlfportal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.endpoints"
