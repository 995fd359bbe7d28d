"""How far webhooks were told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0104_guideline_read"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("project", models.UUIDField()),
                ("webhook", models.UUIDField()),
                ("secret", models.TextField()),
                ("secret_before", models.TextField(blank=True, default="")),
                ("secret_before_until", models.DateTimeField(null=True)),
                ("position", models.BigIntegerField()),
                ("sending", models.BigIntegerField(null=True)),
                ("place", models.BigIntegerField(default=0)),
                ("round", models.IntegerField(default=0)),
                ("delivered", models.BigIntegerField(default=0)),
                ("attempts", models.IntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("status", models.IntegerField(null=True)),
                ("error", models.TextField(blank=True, default="")),
                ("milliseconds", models.IntegerField(null=True)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("disabled_reason", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "webhook"), name="webhook_of_project")
                ],
            },
        ),
    ]
