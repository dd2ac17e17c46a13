"""The Django project: settings, their strict readers, root URLs, the WSGI entry."""
