"""Up to where texts were segmented: found out again by looking, so it has no model and nothing refers to it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotator", "0108_places")]

    operations = [
        migrations.RunSQL(
            "CREATE TABLE annotator_segmented (project uuid PRIMARY KEY, position bigint NOT NULL)",
            "DROP TABLE annotator_segmented",
        )
    ]
