from django.db import migrations

from assessments.scorecards.immutability import install_first_in_migration, install_in_migration


class Migration(migrations.Migration):
    """An erased person's name leaves a sign-off, and what belongs to a deleted organization may go."""

    dependencies = [("assessments", "0004_people_teams_audit")]

    operations = [migrations.RunPython(install_in_migration, install_first_in_migration, elidable=False)]
