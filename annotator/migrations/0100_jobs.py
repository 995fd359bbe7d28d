"""Jobs, their files, and the workers' signs of life."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

import annotator.jobs.models


class Migration(migrations.Migration):
    dependencies = [("annotator", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=50, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=annotator.jobs.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("project", models.UUIDField()),
                ("account", models.UUIDField()),
                ("kind", models.CharField(max_length=10)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("name", models.CharField(blank=True, max_length=500)),
                ("options", models.JSONField(default=dict)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("cursor", models.JSONField(default=dict)),
                ("report", models.JSONField(null=True)),
                ("error", models.TextField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("runner", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "-created_at"], name="job_of_project"),
                    models.Index(
                        condition=models.Q(state__in=["waiting", "running"]),
                        fields=["created_at"],
                        name="job_to_do",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=500)),
                ("media_type", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("stored_at", models.DateTimeField(db_default=Now())),
                ("kept", models.BooleanField(default=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="annotator.job",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JobChunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="annotator.jobfile",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="jobfile",
            constraint=models.UniqueConstraint(fields=("job", "role"), name="job_file_role"),
        ),
        migrations.AddConstraint(
            model_name="jobchunk",
            constraint=models.UniqueConstraint(fields=("file", "number"), name="job_chunk_number"),
        ),
    ]
