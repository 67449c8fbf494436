"""Give viewer vectors and pools a row a model version. Both are derived: they start empty, and the sweep writes them anew."""

import django.db.models.deletion
import django.utils.timezone
import pgvector.django.halfvec
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0001_initial'),
        ('vision', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='ViewerPool'),
        migrations.DeleteModel(name='ViewerVector'),
        migrations.CreateModel(
            name='ViewerPool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intent_version', models.IntegerField()),
                ('last_vector_id', models.BigIntegerField(default=0)),
                ('num_events', models.PositiveIntegerField(default=0)),
                ('payload', models.BinaryField(default=bytes)),
                ('removed', models.BinaryField(default=bytes)),
                ('demoted', models.BinaryField(default=bytes)),
                ('steers', models.JSONField(default=list)),
                ('built_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('model_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vision.modelversion')),
                ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('viewer', 'model_version'), name='feed_one_pool_a_version', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ViewerVector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vector', pgvector.django.halfvec.HalfVectorField(null=True)),
                ('num_engagements', models.PositiveIntegerField(default=0)),
                ('num_signals', models.PositiveIntegerField(default=0)),
                ('last_vector_id', models.BigIntegerField(default=0)),
                ('payload', models.BinaryField(default=bytes)),
                ('demoted', models.BinaryField(default=bytes)),
                ('anchors', models.JSONField(default=list)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('model_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vision.modelversion')),
                ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('viewer', 'model_version'), name='feed_one_vector_a_version')],
            },
        ),
    ]
