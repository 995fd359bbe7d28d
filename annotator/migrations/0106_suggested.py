"""How far sources of suggestions have followed: found out again by asking, so it has no model and nothing refers to it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotator", "0105_webhooks")]

    operations = [
        migrations.RunSQL(
            """CREATE TABLE annotator_suggested (
                 project uuid, source uuid, position bigint NOT NULL, version int NOT NULL, error text,
                 ran_at timestamptz NOT NULL, PRIMARY KEY (project, source))""",
            "DROP TABLE annotator_suggested",
        )
    ]
