"""Every setting, in one file; runs with no environment at all.

Values come through the strict readers of `gempix_site.env`. `.env.sample` lists every variable
for operators; names carry their unit.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from gempix_site.env import Settings, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Settings(BASE_DIR / ".env")

# --- where things are -----------------------------------------------------------------------

GEMPIX_DATA_DIR = Path(env.text("GEMPIX_DATA_DIR") or BASE_DIR / "data").absolute()
GEMPIX_BIND = env.text("GEMPIX_BIND", "127.0.0.1")
GEMPIX_PORT = env.integer("GEMPIX_PORT", 8000, 1, 65535)
GEMPIX_SANDBOX_PORT = env.integer("GEMPIX_SANDBOX_PORT", GEMPIX_PORT + 1, 1, 65535)
GEMPIX_SANDBOX_SECONDS = env.seconds("GEMPIX_SANDBOX_SECONDS", 6)
GEMPIX_SANDBOX_SIZE_PERCENT = env.integer("GEMPIX_SANDBOX_SIZE_PERCENT", 100, 1, 100)
GEMPIX_PUBLIC_URL = env.url("GEMPIX_PUBLIC_URL")
# How long SIGTERM lets running steps finish; Ctrl-C waits 5 s.
GEMPIX_STOP_SECONDS = env.seconds("GEMPIX_STOP_SECONDS", 30)
GEMPIX_VERSION = re.findall(
    r"^## (\d\S*)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
)[0]

# --- the upstream ---------------------------------------------------------------------------

GEMPIX_API_KEY = env.text("GEMPIX_API_KEY")
# Without a key, here or entered by the owner, the bundled sandbox answers in the vendor's place
# (`generator.services.connections`).
GEMPIX_SANDBOX_URL = f"http://127.0.0.1:{GEMPIX_SANDBOX_PORT}"
GEMPIX_API_URL = env.url("GEMPIX_API_URL", "https://api.defapi.org")
GEMPIX_ALLOWED_PRIVATE_HOSTS = env.host_ports("GEMPIX_ALLOWED_PRIVATE_HOSTS")
GEMPIX_USER_AGENT = env.text("GEMPIX_USER_AGENT", f"GemPixStudio/{GEMPIX_VERSION}")
GEMPIX_MODELS = env.items("GEMPIX_MODELS", ("google/gempix2", "google/gemini-2.5-flash-image"))

GEMPIX_POLL_FIRST_SECONDS = env.seconds("GEMPIX_POLL_FIRST_SECONDS", 5)
GEMPIX_POLL_MIN_SECONDS = env.seconds("GEMPIX_POLL_MIN_SECONDS", 3)
GEMPIX_POLL_MAX_SECONDS = env.seconds("GEMPIX_POLL_MAX_SECONDS", 20)
GEMPIX_STALLED_SECONDS = env.seconds("GEMPIX_STALLED_SECONDS", 30 * 60)
GEMPIX_NOT_FOUND_GRACE_SECONDS = env.seconds("GEMPIX_NOT_FOUND_GRACE_SECONDS", 60)
GEMPIX_SUBMIT_TIMEOUT_SECONDS = env.seconds("GEMPIX_SUBMIT_TIMEOUT_SECONDS", 30)
GEMPIX_QUERY_TIMEOUT_SECONDS = env.seconds("GEMPIX_QUERY_TIMEOUT_SECONDS", 15)
GEMPIX_DOWNLOAD_TIMEOUT_SECONDS = env.seconds("GEMPIX_DOWNLOAD_TIMEOUT_SECONDS", 60)
GEMPIX_DOWNLOAD_MAX_BYTES = env.integer("GEMPIX_DOWNLOAD_MAX_BYTES", 64 * 2**20, 2**10)
GEMPIX_MAX_CONCURRENT_SUBMITS = env.integer("GEMPIX_MAX_CONCURRENT_SUBMITS", 4, 1, 64)
# Days that an image lies in the trash before it goes for good.
GEMPIX_TRASH_DAYS = env.integer("GEMPIX_TRASH_DAYS", 30, 1, 3650)
GEMPIX_RETRY_SUBMIT_500 = env.switch("GEMPIX_RETRY_SUBMIT_500", True)

# --- Django ---------------------------------------------------------------------------------

DEBUG = env.switch("DJANGO_DEBUG", False)
SECRET_KEY = env.text("DJANGO_SECRET_KEY") or kept_secret(GEMPIX_DATA_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.items("DJANGO_SECRET_KEY_FALLBACKS")
_public = urlsplit(GEMPIX_PUBLIC_URL)
ALLOWED_HOSTS = env.items("GEMPIX_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
if _public.hostname:
    ALLOWED_HOSTS.append(_public.hostname)
    CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ROOT_URLCONF = "gempix_site.urls"
WSGI_APPLICATION = "gempix_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Ours stands first: its templates and its `qcluster` command win over the libraries'.
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
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Log-in is the default; a public view opts out by itself (`login_not_required`).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "generator.web.htmx.SessionEndedMiddleware",
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
                "generator.templatetags.shortcuts",
                "generator.templatetags.timeline",
            ],
        },
    },
]

# No file grows beyond its bound, and a form has few of them (`generator.media.upload_limits`).
FILE_UPLOAD_HANDLERS = [
    "generator.media.upload_limits.BoundedFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 8

# --- data -----------------------------------------------------------------------------------

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(GEMPIX_DATA_DIR / "studio.sqlite3"),
}
SQLITE_OPTIONS: dict[str, Any] = {
    # WAL alone gave 1,524 lock errors under web and worker, with IMMEDIATE none (docs/stack).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
DATABASES = {"default": env.database("DATABASE_URL", SQLITE)}
# Persistent connections, not psycopg's pool: the pool breaks in django-q2's forked workers.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

REDIS_URL = env.text("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "gempix",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
if REDIS_URL:
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# The sweep's budget stays well under the task's timeout; `retry` stands above
# timeout x (queue_limit / workers + 1), or a task runs twice while it waits in memory.
GEMPIX_SWEEP_SECONDS = env.seconds("GEMPIX_SWEEP_SECONDS", 20)
Q_CLUSTER = {
    "name": "gempix",
    "label": "Queue",
    "orm": "default",
    "workers": env.integer("GEMPIX_WORKERS", 2, 2, 64),
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

# --- people ---------------------------------------------------------------------------------

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
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- texts and static files -----------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("GEMPIX_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = GEMPIX_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "generator.web.assets.BundledStorage"},
}

# No inline script or style, nothing from other hosts. The studio alone may show the reference
# images whose addresses its member types (`views.batches`).
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
    "filters": {"masked": {"()": "generator.outbound.masking.MaskingFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["masked"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "generator": {"level": env.level("GEMPIX_LOG_LEVEL", "INFO")},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # A refused or unknown page is an answer, not an incident.
        "django.request": {"level": "ERROR"},
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
