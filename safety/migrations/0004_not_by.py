"""Have the database itself refuse a decision by the person whom a job excludes, and changes to accepted policy versions."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION safety_refuse_own_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM safety_reviewjob j WHERE j.id = NEW.job_id AND j.not_by_id = NEW.moderator_id) THEN
        RAISE EXCEPTION 'job % must be decided by somebody else than user %', NEW.job_id, NEW.moderator_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER safety_decision_by_another BEFORE INSERT ON safety_decision
    FOR EACH ROW EXECUTE FUNCTION safety_refuse_own_look();
CREATE TRIGGER safety_policyversion_append_only BEFORE UPDATE OR DELETE ON safety_policyversion
    FOR EACH ROW EXECUTE FUNCTION safety_refuse_change();
"""
BACKWARD = """
DROP TRIGGER safety_policyversion_append_only ON safety_policyversion;
DROP TRIGGER safety_decision_by_another ON safety_decision;
DROP FUNCTION safety_refuse_own_look();
"""


class Migration(migrations.Migration):
    dependencies = [("safety", "0003_console")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
