"""A title's vector belongs to its text encoder, not to each model version: a release builds no graph of titles anew."""

import hashlib

import django.db.models.deletion
import pgvector.django.halfvec
from django.db import migrations, models
from psycopg import sql


def move(apps, schema_editor):
    """Copy each text space's vectors from its newest version, and index them."""
    for version in apps.get_model("vision", "ModelVersion").objects.order_by("-id"):
        space = version.slug if version.profile == "open" else "sentence"
        name = f"vision_title_{hashlib.sha1(space.encode()).hexdigest()[:12]}"
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO vision_titlevector (video_id, text_space, vec)"
                " SELECT video_id, %s, title_vec FROM vision_videovector WHERE model_version_id = %s ON CONFLICT DO NOTHING",
                [space, version.pk],
            )
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {name} ON vision_titlevector"
                f" USING hnsw ((vec::halfvec({version.dims})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
                f" WHERE text_space = {sql.quote(space)}"
            )


class Migration(migrations.Migration):

    dependencies = [("vision", "0004_keyframe_movement")]

    operations = [
        migrations.CreateModel(
            name="TitleVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_space", models.CharField(max_length=80)),
                ("vec", pgvector.django.halfvec.HalfVectorField()),
                ("video", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="titles", to="vision.video")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("video", "text_space"), name="vision_one_title_a_space")],
            },
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunPython(move),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="videovector", name="title_vec"),
    ]
