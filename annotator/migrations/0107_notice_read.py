"""Up to where each account has seen what concerns it in each project."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0106_suggested"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeRead",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("project", models.UUIDField()),
                ("position", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices_read",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "project"), name="one_notice_read")
                ],
            },
        ),
    ]
