"""The product's settings for a web server that takes callbacks and has no database.

None is named, so that whatever asks one raises.
"""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES.clear()
ROOT_URLCONF = "tests.unit.upstream.callback_urls"
