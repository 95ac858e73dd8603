from django.db import migrations


class Migration(migrations.Migration):
    """Once installed newer triggers; today `migrate` does (`scorecards/signing/immutability.py`)."""

    dependencies = [("assessments", "0004_people_teams_audit")]

    operations: list = []
