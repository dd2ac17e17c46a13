"""Every setting, in one file; runs with no environment at all.

Values come through the strict readers of `gempix_site.env`; names carry their unit. After a change
of a name, a default or a description, `make settings` rewrites `docs/settings.md` and
`.env.sample`. Rules between settings are system checks (`generator.checks`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from gempix_site import logs
from gempix_site.env import Settings, stored_secret

BASE_DIR = Path(__file__).resolve().parent.parent
GEMPIX_VERSION = re.findall(
    r"^## (\d\S*)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
)[0]
env = Settings(BASE_DIR / ".env")

env.section("Image service")

GEMPIX_API_KEY = env.text(
    "GEMPIX_API_KEY",
    about="API key of the image service. Without one, here or entered in Settings, the built-in "
    "sandbox generates the images and nothing is charged.",
)
GEMPIX_API_URL = env.url(
    "GEMPIX_API_URL",
    "https://api.defapi.org",
    about="Base URL of the image service; used only with a key.",
)
GEMPIX_MODELS = env.items(
    "GEMPIX_MODELS",
    ("google/gempix2", "google/gemini-2.5-flash-image"),
    about="Enabled models; the first is the default.",
)
GEMPIX_USER_AGENT = env.text(
    "GEMPIX_USER_AGENT",
    f"GemPixStudio/{GEMPIX_VERSION}",
    about="User agent in requests to the image service. Empty: `GemPixStudio/` and the version.",
    shown="",
)

env.section("Studio")

GEMPIX_DATA_DIR = BASE_DIR / env.text(
    "GEMPIX_DATA_DIR",
    "data",
    about="Folder of the database, the images and the secret key; absolute, or relative to the "
    "project's folder.",
)
GEMPIX_BIND = env.text(
    "GEMPIX_BIND",
    "127.0.0.1",
    about="Address that the web server listens on; 0.0.0.0 listens on every network interface.",
)
GEMPIX_PORT = env.integer("GEMPIX_PORT", 8000, 1, 65535, about="Port of the web server.")
GEMPIX_PUBLIC_URL = env.url(
    "GEMPIX_PUBLIC_URL",
    about="URL at which members and the image service reach the studio. Enables callbacks; with "
    "https, cookies are sent over https only.",
)
ALLOWED_HOSTS = env.items(
    "GEMPIX_ALLOWED_HOSTS",
    ("localhost", "127.0.0.1", "[::1]"),
    about="Host names under which the studio can be opened; the host of `GEMPIX_PUBLIC_URL` is "
    "added.",
)
# No setting of the proxies: `generator.web.visitors` looks whether there is one.
AUTOMATIC_PROXIES = -1
GEMPIX_TRUSTED_PROXIES = env.integer(
    "GEMPIX_TRUSTED_PROXIES",
    AUTOMATIC_PROXIES,
    0,
    9,
    about="Number of reverse proxies in front of the studio, whose `X-Forwarded-For` tells the "
    "visitor's address. Empty: 1 if `GEMPIX_PUBLIC_URL` has https and a proxy on this machine or "
    "private network sends it, else 0.",
    shown="",
)
TIME_ZONE = env.time_zone("GEMPIX_TIME_ZONE", "UTC", about="Time zone of the dates on pages.")
LOG_LEVEL = env.level("GEMPIX_LOG_LEVEL", "INFO", about="Lowest level that is logged.")
GEMPIX_STOP_SECONDS = env.seconds(
    "GEMPIX_STOP_SECONDS",
    30,
    about="How long running requests and calls may take to finish after SIGTERM; Ctrl-C allows "
    "5 seconds.",
)

env.section("Database, cache and secrets")

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(GEMPIX_DATA_DIR / "studio.sqlite3"),
}
DATABASES = {
    "default": env.database(
        "DATABASE_URL", SQLITE, about="PostgreSQL database. Empty: SQLite in the data folder."
    )
}
REDIS_URL = env.redis(
    "REDIS_URL", about="Redis for the cache: redis://host:6379/0. Empty: memory of each process."
)
GEMPIX_WEB_WORKERS = env.integer(
    "GEMPIX_WEB_WORKERS", 2, 1, 64, about="Number of processes of the web server."
)
GEMPIX_WEB_THREADS = env.integer(
    "GEMPIX_WEB_THREADS",
    32,
    4,
    256,
    about="Requests that each web process answers at once. Up to three of four may be open pages "
    "that wait for news.",
)
WORKERS = env.integer("GEMPIX_WORKERS", 2, 2, 64, about="Number of background workers.")
SECRET_KEY = env.text(
    "DJANGO_SECRET_KEY",
    about="Key that signs sessions and links and encrypts a saved API key. Empty: one is created "
    "and stored in the data folder.",
) or stored_secret(GEMPIX_DATA_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.items(
    "DJANGO_SECRET_KEY_FALLBACKS",
    about="Earlier secret keys: what they signed or encrypted stays valid.",
)
DEBUG = env.switch(
    "DJANGO_DEBUG",
    False,
    about="Show error pages with source code; for development only.",
)

env.section("Jobs")

GEMPIX_POLL_FIRST_SECONDS = env.seconds(
    "GEMPIX_POLL_FIRST_SECONDS",
    5,
    about="Shortest wait between sending a job and its first status query; at most 1090.",
)
GEMPIX_POLL_MIN_SECONDS = env.seconds(
    "GEMPIX_POLL_MIN_SECONDS", 3, about="Shortest wait between two status queries of a job."
)
GEMPIX_POLL_MAX_SECONDS = env.seconds(
    "GEMPIX_POLL_MAX_SECONDS",
    20,
    about="Longest wait between two status queries of a job; at most 1090.",
)
GEMPIX_STALLED_SECONDS = env.seconds(
    "GEMPIX_STALLED_SECONDS",
    30 * 60,
    about='Time after which a job without a result is set aside as "No answer yet".',
)
GEMPIX_NOT_FOUND_GRACE_SECONDS = env.seconds(
    "GEMPIX_NOT_FOUND_GRACE_SECONDS",
    60,
    about="Time after which a job that the service does not know (404) counts as lost.",
)
GEMPIX_SUBMIT_TIMEOUT_SECONDS = env.seconds(
    "GEMPIX_SUBMIT_TIMEOUT_SECONDS", 30, about="Total timeout for sending one job."
)
GEMPIX_QUERY_TIMEOUT_SECONDS = env.seconds(
    "GEMPIX_QUERY_TIMEOUT_SECONDS", 15, about="Total timeout of one status query."
)
GEMPIX_DOWNLOAD_TIMEOUT_SECONDS = env.seconds(
    "GEMPIX_DOWNLOAD_TIMEOUT_SECONDS",
    60,
    about="Total timeout for downloading the images of a job.",
)
GEMPIX_DOWNLOAD_MAX_BYTES = env.integer(
    "GEMPIX_DOWNLOAD_MAX_BYTES", 64 * 2**20, 2**10, about="Largest image that is downloaded."
)
GEMPIX_MAX_CONCURRENT_SUBMITS = env.integer(
    "GEMPIX_MAX_CONCURRENT_SUBMITS", 4, 1, 64, about="Number of jobs that are sent at once."
)
GEMPIX_RETRY_SUBMIT_500 = env.switch(
    "GEMPIX_RETRY_SUBMIT_500", True, about="Resend a job when the service answered with status 500."
)
GEMPIX_ALLOWED_PRIVATE_HOSTS = env.host_ports(
    "GEMPIX_ALLOWED_PRIVATE_HOSTS",
    about="Private hosts that images may be downloaded from; all others are refused.",
)
# The sweep's budget, a database outage and the longest call together stay below the task's
# timeout (a system check); `retry` is above timeout x (queue_limit / workers + 1), or a task runs
# twice while it waits in memory.
GEMPIX_SWEEP_SECONDS = env.seconds(
    "GEMPIX_SWEEP_SECONDS",
    20,
    about="How long one round of background work lasts before the next one takes over.",
)
Q_CLUSTER: dict[str, Any] = {
    "name": "gempix",
    "label": "Queue",
    "orm": "default",
    "workers": WORKERS,
    "queue_limit": 4,
    "timeout": 180,
    "retry": 600,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "poll": 0.1,
    "log_level": "WARNING",
    "recycle": 500,
}

env.section("Images")

GEMPIX_TRASH_DAYS = env.integer(
    "GEMPIX_TRASH_DAYS",
    30,
    1,
    3650,
    about="Time after which images in the trash are permanently deleted.",
)

env.section("Sandbox")

GEMPIX_SANDBOX_PORT = env.integer(
    "GEMPIX_SANDBOX_PORT",
    GEMPIX_PORT + 1 if GEMPIX_PORT < 65535 else GEMPIX_PORT - 1,
    1,
    65535,
    about="Port of the sandbox on 127.0.0.1. Empty: `GEMPIX_PORT` + 1.",
    shown="8001",
)
# Without a key, here or saved in Settings, the bundled sandbox answers instead of the vendor
# (`generator.services.connections`).
GEMPIX_SANDBOX_URL = f"http://127.0.0.1:{GEMPIX_SANDBOX_PORT}"
GEMPIX_SANDBOX_SECONDS = env.seconds(
    "GEMPIX_SANDBOX_SECONDS", 6, most=86400, about="How long the sandbox takes for an image."
)
GEMPIX_SANDBOX_SIZE_PERCENT = env.integer(
    "GEMPIX_SANDBOX_SIZE_PERCENT",
    100,
    1,
    100,
    about="Width and height of the sandbox's images compared to the real ones; smaller is faster.",
)

# Misspelled names, each with the closest known one; a system check reports them.
GEMPIX_UNKNOWN_SETTINGS = env.unknown()

# --- Django ---------------------------------------------------------------------------------

_public = urlsplit(GEMPIX_PUBLIC_URL)
if _public.hostname:
    ALLOWED_HOSTS.append(_public.hostname)
    CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
# Our own: cookies are shared by all ports of a host. A browser takes `__Host-` only from this very
# host, over https.
GEMPIX_COOKIE_PREFIX = "__Host-gempix_" if SESSION_COOKIE_SECURE else "gempix_"
SESSION_COOKIE_NAME = f"{GEMPIX_COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{GEMPIX_COOKIE_PREFIX}csrf"
# A year, as browsers advise; of this host alone.
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SESSION_COOKIE_SECURE else 0
CSRF_FAILURE_VIEW = "generator.views.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ROOT_URLCONF = "gempix_site.urls"
WSGI_APPLICATION = "gempix_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Ours comes first: its templates and its `qcluster` command win over the libraries'.
    "generator",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_q",
    "allauth",
    "allauth.account",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "generator.web.old_cookies.carry_over",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Login is required by default; a public view opts out (`login_not_required`).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "generator.web.htmx.SessionEndedMiddleware",
    "generator.views.errors.method_not_allowed",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "generator.web.context.studio",
            ],
            "builtins": [
                "generator.templatetags.studio",
                "generator.templatetags.tiles",
                "generator.templatetags.shortcuts",
                "generator.templatetags.timeline",
            ],
        },
    },
]

# Uploads are limited in size and number (`generator.media.upload_limits`).
FILE_UPLOAD_HANDLERS = [
    "generator.media.upload_limits.BoundedFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 8

# --- data -----------------------------------------------------------------------------------

SQLITE_OPTIONS: dict[str, Any] = {
    # WAL alone gave 1,524 lock errors under web and worker, with IMMEDIATE none.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# Persistent connections, not psycopg's pool: the pool breaks in django-q2's forked workers.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "generator.redis_cache.TolerantCache",
        "LOCATION": [REDIS_URL],  # as text, Django would split it at the commas of a password
        "KEY_PREFIX": "gempix",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# In the database, not in the cache: there a session would end with Redis, and a log-out that Redis
# misses would not.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- members --------------------------------------------------------------------------------

AUTH_USER_MODEL = "generator.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "generator:studio"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "generator.web.signup.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Those of `generator.services.throttles`: allauth's are counted in the cache.
ACCOUNT_RATE_LIMITS = False
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- texts and static files -----------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = GEMPIX_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# No inline script or style, nothing from other hosts. The studio page alone may show reference
# images from URLs that a member enters (`views.batches`).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- logs: to standard error, every key, token and data URI masked ---------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "strangers": {"()": "gempix_site.logs.StrangersFilter"},
        "masked": {"()": "generator.outbound.masking.MaskingFilter"},
    },
    "formatters": {"line": {"()": "gempix_site.logs.LineFormatter", "fmt": logs.LINE}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["strangers", "masked"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "generator": {"level": LOG_LEVEL},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # A 403 or 404 is a normal answer, not an incident.
        "django.request": {"level": "ERROR"},
        # `views.errors.csrf_failure` says which setting is the cause.
        "django.security.csrf": {"level": "ERROR"},
        # It reports each request that waits for a moment.
        "waitress.queue": {"level": "ERROR"},
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
