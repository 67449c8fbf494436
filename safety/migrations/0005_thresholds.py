"""Have accepted thresholds count: what was accepted before changed nothing, and shall not begin to (the audit log keeps it)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('safety', '0004_not_by'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("TRUNCATE safety_policyversion", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='policyversion',
            name='patch',
        ),
        migrations.AddField(
            model_name='policyversion',
            name='takes_back',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='safety.policyversion'),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='num_decisions',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='precision',
            field=models.FloatField(null=True),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='recall',
            field=models.FloatField(null=True),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='unsafe_at',
            field=models.FloatField(null=True),
        ),
        migrations.AddIndex(
            model_name='policyversion',
            index=models.Index(fields=['guard_version', 'hazard', '-id'], name='safety_policy_in_force'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('unsafe_at', None), models.Q(('unsafe_at__gt', 0), ('unsafe_at__lte', 1)), _connector='OR'), name='safety_threshold_is_one'),
        ),
    ]
