"""`python -m workers.redteam [--every N] [--seed S]`: carry the attacks out in a database of their own and print the outcomes as JSON.

`manage.py evaluate safety` runs this and reads it: nobody's real rows are near. Half a second an attack on a free core.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_services() -> Iterator[None]:
    """Start an embedded PostgreSQL and Valkey in a folder that goes away, set Django up on them, migrate."""
    with tempfile.TemporaryDirectory(prefix="tiller-redteam-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "MODEL_PROFILE", "TILLER_STAGE_PROFILES"):
            os.environ.pop(name, None)
        os.environ |= {"TILLER_HOME": folder, "DEBUG": "true", "HF_HUB_OFFLINE": "1", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
        import django

        from webapp.embedded import postgres, valkey
        from webapp.embedded.paths import Home

        home = Home(Path(folder).resolve())
        postgres.prepare(home)
        database, broker = postgres.start(home), valkey.start(home)
        try:
            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield
        finally:
            valkey.stop(broker)
            postgres.stop(database)


def main() -> None:
    """Attack and print one JSON list of {"id", "way", "kind", "hazard", "consequences", "passed"}."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only each N-th attack")
    parser.add_argument("--seed", type=int, default=1, help="of the variations")
    arguments = parser.parse_args()
    with own_services():
        logging.disable(logging.WARNING)  # pages that are rightly not found
        from rich.console import Console
        from rich.progress import Progress

        from workers.redteam.attacks import load_attacks, with_variations
        from workers.redteam.drive import attack_all
        from workers.redteam.scene import scene_set
        from workers.simulation.jobs import jobs_in_process

        attacks = with_variations(list(load_attacks()[:: arguments.every]), seed=arguments.seed)
        with Progress(console=Console(stderr=True)) as progress, jobs_in_process():
            bar = progress.add_task("attacks", total=len(attacks))
            outcomes = attack_all(attacks, scene_set(), tell=lambda: progress.advance(bar))
    json.dump([outcome.as_json() for outcome in outcomes], sys.stdout)


if __name__ == "__main__":
    main()
