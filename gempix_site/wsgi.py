"""The WSGI entry that gunicorn serves."""

import gc
import os
from importlib import import_module

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gempix_site.settings")

# On PostgreSQL every thread would keep a connection, of which there are 100 by default. A new one
# takes a few milliseconds; psycopg's pool waits longer and longer between attempts in an outage.
for database in settings.DATABASES.values():
    if database.get("ENGINE", "").endswith("postgresql"):
        database["CONN_MAX_AGE"] = 0

django.setup(set_prefix=False)

# After the set-up, as in Django's own `get_wsgi_application`.
application = import_module("gempix_site.requests").Handler()

# Keep the garbage collector away from what stays loaded: a full collection delayed the request
# that it fell into by 50 to 60 ms, nearly as long as the page itself took.
import_module("gempix_site.urls")
gc.collect()
gc.freeze()
