"""The synchronous part of the service, for the dispatcher in `asgi` or any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")
os.environ.setdefault("PALIMPSEST_PROCESS", "web")

application = get_wsgi_application()
