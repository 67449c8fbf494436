"""Give a benchmark a migrated database of its own, in a folder that goes away."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_database() -> Iterator[None]:
    """Start an embedded PostgreSQL, set Django up on it and migrate. Call before anything reads Django's settings."""
    with tempfile.TemporaryDirectory(prefix="tiller-bench-") as folder:
        os.environ |= {"TILLER_HOME": folder, "DEBUG": "false", "HF_HUB_OFFLINE": "1"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
        import django

        from webapp.embedded import postgres
        from webapp.embedded.paths import Home

        home = Home(Path(folder).resolve())
        postgres.prepare(home)
        server = postgres.start(home)
        try:
            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield
        finally:
            postgres.stop(server)
