"""Settings of the portal, all from the environment; a bad value stops the start with its name."""

from __future__ import annotations

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024


def env_text(name: str, default: str = "") -> str:
    """Return the variable `name`, or the text of the file that `NAME_FILE` points to, or `default`."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {path!r}: {error.strerror}") from error
    return default


def env_bool(name: str, default: bool = False) -> bool:
    """Return the variable `name` as a truth value; only True and False (any case) are accepted."""
    value = env_text(name, str(default)).lower()
    if value not in ("true", "false"):
        raise ImproperlyConfigured(f"{name} must be True or False, not {value!r}")
    return value == "true"


def env_number(name: str, default: int) -> int:
    """Return the variable `name` as a whole number from 1."""
    value = env_text(name, str(default))
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise ImproperlyConfigured(f"{name} must be a whole number from 1, not {value!r}")
    return int(value)


def env_count(name: str, default: int) -> int:
    """Return the variable `name` as a whole number from 0."""
    value = env_text(name, str(default))
    if not (value.isascii() and value.isdecimal()):
        raise ImproperlyConfigured(f"{name} must be a whole number from 0, not {value!r}")
    return int(value)


def env_list(name: str, default: str) -> list[str]:
    """Return the variable `name` split at commas, without empty parts."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_level(name: str, default: str) -> str:
    """Return the variable `name` as the name of a log level, in upper case."""
    value = env_text(name, default).upper()
    if value not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"{name} must be a level such as INFO or WARNING, not {value!r}")
    return value


def env_zone(name: str, default: str) -> str:
    """Return the variable `name` as the name of a time zone that this machine knows."""
    value = env_text(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ImproperlyConfigured(f"{name} must be a zone such as Asia/Shanghai, not {value!r}") from error
    return value


def generated_secret(path: Path) -> str:
    """Return the secret kept in `path`, made on first use and readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if path.is_file():
            return path.read_text(encoding="ascii")
        raise ImproperlyConfigured(f"DLF_DATA_DIR: cannot write {str(path)!r}: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii")


def object_store_settings() -> dict[str, str]:
    """Return where an S3-compatible object store is, or nothing: then buckets are folders.

    The region and the keys may be absent: boto3 then looks where it always does.
    """
    endpoint = env_text("DLF_OBS_ENDPOINT")
    store = {
        "endpoint": endpoint,
        "access_key": env_text("DLF_OBS_ACCESS_KEY"),
        "secret_key": env_text("DLF_OBS_SECRET_KEY"),
        "region": env_text("DLF_OBS_REGION"),
        "prefix": env_text("DLF_OBS_BUCKET_PREFIX"),
        "addressing": env_text("DLF_OBS_ADDRESSING", "auto"),
    }
    if store["addressing"] not in ("auto", "path", "virtual"):
        raise ImproperlyConfigured("DLF_OBS_ADDRESSING must be auto, path or virtual")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise ImproperlyConfigured("DLF_OBS_ENDPOINT must begin with http:// or https://")
    if bool(store["access_key"]) != bool(store["secret_key"]):
        raise ImproperlyConfigured("DLF_OBS_ACCESS_KEY and DLF_OBS_SECRET_KEY belong together")
    return store if endpoint else {}


def database_settings(data_dir: Path) -> dict[str, object]:
    """Return Django's settings for `DATABASE_URL`: SQLite in the data directory by default.

    SQLite runs in WAL mode with full synchronisation: what was acknowledged survives a power cut.
    Transactions take the write lock when they begin, so that two writers queue instead of failing.
    """
    try:
        config = dict(
            dj_database_url.parse(env_text("DATABASE_URL") or f"sqlite:///{data_dir / 'dlf.sqlite3'}")
        )
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be understood: {error}") from error
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgres://")
    config["CONN_MAX_AGE"] = 600
    config["CONN_HEALTH_CHECKS"] = True
    return config


DATA_DIR = Path(env_text("DLF_DATA_DIR", str(BASE_DIR / "var"))).absolute()
SECRET_KEY = env_text("SECRET_KEY") or generated_secret(DATA_DIR / "secret_key")
DEBUG = env_bool("DEBUG")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", "")
# Behind a proxy that ends TLS: it must set X-Forwarded-Proto itself and drop a client's own.
HTTPS = env_bool("HTTPS")
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS

INSTALLED_APPS = [
    "dlfportal.adminsite.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "dlfportal.audit",
    "dlfportal.access",
    "dlfportal.catalogue",
    "dlfportal.transfer",
    "dlfportal.web",
]

MIDDLEWARE = [
    "dlfportal.middleware.RequestIdMiddleware",
    "dlfportal.middleware.SecurityHeadersMiddleware",
    "dlfportal.middleware.CompressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "dlfportal.middleware.ReaderMiddleware",
    "django.middleware.common.CommonMiddleware",
    # The check against forged forms reads the body: who may not send one is refused before it.
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Its error page is in the reader's language and frame.
    "dlfportal.middleware.RefuseNulMiddleware",
    "dlfportal.middleware.SignedInMiddleware",
    "dlfportal.middleware.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dlfportal.handlers.PortalErrorMiddleware",
]

ROOT_URLCONF = "dlfportal.urls"
WSGI_APPLICATION = "dlfportal.wsgi.application"
# The DLF API has no trailing slashes and never redirects; the pages have theirs written out.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dlfportal.web.context.portal",
            ],
        },
    },
]

DATABASES = {"default": database_settings(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["dlfportal.access.engine.PasswordBackend"]
SESSION_ENGINE = "dlfportal.access.engine"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "login"

CSRF_FAILURE_VIEW = "dlfportal.handlers.csrf_failure"

# How often a password may be guessed; `access.throttle` says how.
DLF_TRUSTED_PROXIES = env_count("DLF_TRUSTED_PROXIES", 0)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "dlfportal.access.throttle.Throttle"
AXES_LOCKOUT_PARAMETERS = "dlfportal.access.throttle.counted_by"
AXES_USERNAME_CALLABLE = "dlfportal.access.throttle.counted_name"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# The services ask for locks themselves, so that the API and the pages can each answer in their own way.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W003"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "dlfportal" / "locale"]
TIME_ZONE = env_zone("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dlfportal.adminsite.documents.editor_files.EditorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The pictures of graphs are drawn from contents that never change: what is drawn is kept in the process.
# `default` is Django's own, named because the other would hide it.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "graphs": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "graphs",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 150},
    },
}

# Imports wait in a table of the database until `manage.py importworker` takes them.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Packages over these limits are refused (design, section 7).
DLF_IMPORT_LIMITS = {
    "package_bytes": env_number("DLF_IMPORT_MAX_PACKAGE", 1024 * MEBIBYTE),
    "total_bytes": env_number("DLF_IMPORT_MAX_UNPACKED", 1024 * MEBIBYTE),
    "entries": env_number("DLF_IMPORT_MAX_ENTRIES", 200_000),
    "entry_bytes": env_number("DLF_IMPORT_MAX_ENTRY", 16 * MEBIBYTE),
    "ratio": env_number("DLF_IMPORT_MAX_RATIO", 200),
    "name_bytes": env_number("DLF_IMPORT_MAX_NAME", 4096),
    "folders": env_number("DLF_IMPORT_MAX_FOLDERS", 32),
}
DLF_OBS = object_store_settings()

# A DLF request body may have 12 MB (reference: error codes, section 4); forms carry the same documents.
DLF_MAX_BODY = 12 * MEBIBYTE
DATA_UPLOAD_MAX_MEMORY_SIZE = DLF_MAX_BODY
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "dlfportal.api.schema.WireSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DLF Portal",
    "DESCRIPTION": "The DLF v1 wire protocol of DataArts Factory, for a catalogue that runs nothing.",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "dlfportal.api.schema.WireGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    # The page takes its files from a Python package, never from another host.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "dlfportal.logs.RequestIdFilter"},
        "one_line": {"()": "dlfportal.logs.OneLineFilter"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id", "one_line"],
        },
    },
    "loggers": {
        # What it has to say of each sign-in is in our own record.
        "axes": {"level": "CRITICAL"},
        # fast_sugiyama writes forty lines for each graph that it lays out.
        "rust-sugiyama": {"level": "WARNING"},
        "connected_components": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env_level("LOG_LEVEL", "INFO")},
}
