from django.db import migrations

from assessments.scorecards.immutability import install_first_in_migration, remove_in_migration


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [migrations.RunPython(install_first_in_migration, remove_in_migration, elidable=False)]
