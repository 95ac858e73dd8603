from django.db import migrations


class Migration(migrations.Migration):
    """Once installed the triggers of signed-off scorecards; today `migrate` does (`scorecards/signing/immutability.py`)."""

    dependencies = [("assessments", "0001_initial")]

    operations: list = []
