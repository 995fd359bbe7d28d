"""What is learned of annotators: a cache of a pure function of the log, so it has no model and nothing refers to it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotator", "0102_preferences")]

    operations = [
        migrations.RunSQL(
            """CREATE TABLE annotator_learned (
                 project uuid, position bigint, digest text, body bytea NOT NULL,
                 PRIMARY KEY (project, position, digest));
               CREATE TABLE annotator_learned_said (
                 project uuid, position bigint, digest text, document uuid, body bytea NOT NULL,
                 PRIMARY KEY (project, position, digest, document))""",
            "DROP TABLE annotator_learned_said; DROP TABLE annotator_learned",
        )
    ]
