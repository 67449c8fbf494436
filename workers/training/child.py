"""The process that trains: `python -m workers.training.child DATABASE RUN TOKEN`, started by workers/training/watch.py alone.

It works under the watcher's claim and ends the run itself where it can. Where it cannot, it dies with its traceback printed, and the
watcher says the last line of it.
"""

import logging
import os
import sys
from typing import Any


def main(database: str, run_id: int, fencing_token: int) -> None:
    """Set Django up on the watcher's database, and train."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    carry(run_id, fencing_token)


def carry(run_id: int, fencing_token: int) -> None:
    """Train what the row asks for and end the run; an exception that nobody foresaw goes on to the caller."""
    from lifecycle.models import RunState, TrainingRun
    from lifecycle.training.claims import Claim, LeaseLostError, run_end
    from workers.training.report import Report
    from workers.training.trainers import REFUSALS, TRAINERS

    claim, run = Claim(run_id, fencing_token), TrainingRun.objects.get(pk=run_id)
    report = Report(claim, run)
    try:
        candidate = TRAINERS[run.kind](run, report)
        report.say(candidate.verdict)
    except REFUSALS as error:
        run_end(claim=claim, state=RunState.REFUSED, problem=str(error), **report.cost())
    except LeaseLostError:
        logging.getLogger(__name__).warning("run %s belongs to another now", run_id)
    else:
        left: dict[str, Any] = {"proposed": candidate.slug, "outcome": candidate.outcome}
        run_end(claim=claim, state=RunState.DONE, **left, **report.cost())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
