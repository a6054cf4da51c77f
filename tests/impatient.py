"""The portal's settings for tests of a locked database: it waits half a second, not half a minute."""

from dlfportal.settings import *  # noqa: F403

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["OPTIONS"]["timeout"] = 0.5  # type: ignore[index]  # noqa: F405
