"""Places of the world, copied from a package when first asked for: no truth, so no models."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotator", "0107_notice_read")]

    operations = [
        migrations.RunSQL(
            """CREATE TABLE annotator_place (
                 id bigint PRIMARY KEY, name text NOT NULL, kind text NOT NULL, country text NOT NULL,
                 population bigint NOT NULL, lat float8, lon float8);
               CREATE TABLE annotator_place_name (
                 place bigint NOT NULL, name text NOT NULL, folded text NOT NULL);
               CREATE INDEX place_name_folded ON annotator_place_name (folded text_pattern_ops);
               CREATE INDEX place_name_place ON annotator_place_name (place);
               CREATE INDEX place_of_country ON annotator_place (country, population)""",
            "DROP TABLE annotator_place_name; DROP TABLE annotator_place",
        )
    ]
