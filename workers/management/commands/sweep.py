"""Send again what is stuck, every two seconds, until stopped."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from workers.sweep import sweep

SWEEP_EVERY_S = 2.0


class Command(BaseCommand):
    """Run the sweep as a process of its own. Several at once do no harm."""

    help = "Send again what is stuck: chat stages, video ingests, feed pools. Runs until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once."""
        parser.add_argument("--once", action="store_true", help="sweep once and exit")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        """Sweep, wait, sweep; SIGTERM and Ctrl-C end the wait."""
        stopped = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stopped.set())
        while True:
            close_old_connections()  # a restarted database: the next round connects anew
            moved = {name: number for name, number in sweep().items() if number}
            if moved:
                self.stdout.write(f"sent again: {moved}")
            if once or stopped.wait(SWEEP_EVERY_S):
                return
