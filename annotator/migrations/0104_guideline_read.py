"""How far each account has read the guideline of each project."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0103_learned"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuidelineRead",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("project", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guidelines_read",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "project"), name="one_guideline_read")
                ],
            },
        ),
    ]
