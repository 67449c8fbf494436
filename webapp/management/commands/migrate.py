"""`manage.py migrate`: Django's own, whose migrations are applied and recorded in one transaction."""

from contextlib import nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class WholeMigrationExecutor(MigrationExecutor):
    """Django's executor without its gap between the tables and the row that says they are there.

    Django records a migration with deferred SQL (foreign keys) in a transaction of its own (its ticket 32374). A process
    killed between the two leaves tables that no row knows of, and every later run ends at "relation already exists".
    PostgreSQL can take back DDL, so here both are one transaction; a migration with `atomic = False` goes as Django has it.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """Run a migration forwards and record it, or do neither."""
        with self._whole(migration):
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)

    def unapply_migration(self, state: ProjectState, migration: Migration, fake: bool = False) -> ProjectState:
        """Run a migration backwards and forget it, or do neither."""
        with self._whole(migration):
            return super().unapply_migration(state, migration, fake=fake)

    def _whole(self, migration: Migration) -> Any:
        return transaction.atomic(using=self.connection.alias) if migration.atomic else nullcontext()


class Command(migrate.Command):
    """Django's command, with the executor above in the one place where it looks for its own."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as `migrate` does."""
        migrate.MigrationExecutor = WholeMigrationExecutor  # type: ignore[attr-defined]
        super().handle(*args, **options)
