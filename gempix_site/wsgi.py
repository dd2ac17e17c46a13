"""The WSGI entry that gunicorn serves."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gempix_site.settings")

application = get_wsgi_application()

# What is loaded for good is looked through by no full collection any more: one of them held up
# the request it fell into by 50 to 60 ms, nearly as long as the page itself took.
import_module("gempix_site.urls")
gc.collect()
gc.freeze()
