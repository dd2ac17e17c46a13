"""The Django project: settings, their strict readers and documents, root URLs, WSGI entry."""
