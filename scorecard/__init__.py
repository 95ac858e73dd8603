import os

# With lxml, which decks and documents bring along, openpyxl writes properties that some readers of workbooks lose.
os.environ["OPENPYXL_LXML"] = "False"  # before anything imports openpyxl

from scorecard.celery import app as celery_app

__all__ = ["celery_app"]
