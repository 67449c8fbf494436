"""A migration that was not recorded was not applied: a start after a kill finds nothing half done."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed here'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON django_migrations FOR EACH ROW WHEN (NEW.app = 'auth') EXECUTE FUNCTION refuse();
"""


@pytest.fixture()
def empty(transactional_db):
    """A second, empty database on the server of tests, as Django's connection `empty`."""
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS test_tiller_empty")
        cursor.execute("CREATE DATABASE test_tiller_empty")
    other = connection.copy("empty")
    other.settings_dict["NAME"] = "test_tiller_empty"
    other.inc_thread_sharing()
    connections["empty"] = other
    yield other
    del connections["empty"]
    other.close()
    other.close_pool()
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE test_tiller_empty WITH (FORCE)")


def test_tables_and_the_row_that_says_they_are_there_come_together(empty):
    MigrationRecorder(empty).ensure_schema()
    with empty.cursor() as cursor:
        cursor.execute(REFUSE)

    with pytest.raises(DatabaseError, match="killed here"):
        call_command("migrate", database="empty", verbosity=0)

    assert "auth_permission" not in empty.introspection.table_names()
    with empty.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON django_migrations")
    call_command("migrate", database="empty", verbosity=0)
    assert "auth_permission" in empty.introspection.table_names()
    assert ("auth", "0001_initial") in MigrationRecorder(empty).applied_migrations()
