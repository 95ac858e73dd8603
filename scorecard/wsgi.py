"""The WSGI entry point for gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from assessments.platform.watching.counting import count_together

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard.settings")

# gunicorn starts a process that has ended again and again, unless it ends with this: a start that cannot succeed stops.
CANNOT_START = 3

count_together()
try:
    application = get_wsgi_application()
except SystemExit as refused:
    print(refused.code, file=sys.stderr, flush=True)
    sys.exit(CANNOT_START)
