"""The product's settings for tests: plain static files, quick hashing, no environment of a
developer's `.env`, a throw-away data folder, and a short poll schedule."""

import os
import tempfile
from pathlib import Path

from tests import groundwork

# The one process that starts the others makes the folder, and removes it when it ends.
if "GEMPIX_DATA_DIR" not in os.environ:
    DATA = tempfile.TemporaryDirectory(prefix="gempix-test-", ignore_cleanup_errors=True)
    os.environ["GEMPIX_DATA_DIR"] = DATA.name
os.environ["GEMPIX_API_KEY"] = ""
os.environ.setdefault(groundwork.PLACE, os.environ["GEMPIX_DATA_DIR"] + "/groundwork")

from gempix_site.settings import *  # noqa: F403
from gempix_site.settings import CACHES, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
(Path(os.environ["GEMPIX_DATA_DIR"]) / "static").mkdir(exist_ok=True)
# A file, not memory: tests look at it from several threads and connections.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {
        "NAME": str(Path(os.environ["GEMPIX_DATA_DIR"]) / "test.sqlite3")
    }
if "redis_cache" in CACHES["default"]["BACKEND"]:
    CACHES["default"]["BACKEND"] = "tests.cache.OwnKeysCache"
CACHES["default"]["KEY_PREFIX"] = f"gempix-test-{os.environ.get('PYTEST_XDIST_WORKER', '')}"

GEMPIX_POLL_FIRST_SECONDS = 0.2
GEMPIX_POLL_MIN_SECONDS = 0.1
GEMPIX_POLL_MAX_SECONDS = 0.3
