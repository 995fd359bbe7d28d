"""Files are stored as they are: to compress each chunk costs more than its few days on the disk are worth."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotator", "0100_jobs")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE annotator_jobchunk ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE annotator_jobchunk ALTER COLUMN data SET STORAGE EXTENDED",
        )
    ]
