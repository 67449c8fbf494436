"""`manage.py evaluate feed`: how the ranker's order does against the merge's on the log of this installation; nothing is released."""

import argparse

from rich.console import Console

from feed.impressions import MAX_SLATES, impressions_read
from feed.ranker_report import TooLittleError, print_outcome, print_sources, train_and_measure


def main(arguments: list[str]) -> int:
    """Train on the earlier part of the log, print the scores of the later part; 1 where the log is too short."""
    parser = argparse.ArgumentParser(prog="manage.py evaluate feed", description=__doc__)
    parser.add_argument("--max-slates", type=int, default=MAX_SLATES, help="read so many of the newest slates")
    options = parser.parse_args(arguments)
    console = Console()
    log = impressions_read(max_slates=options.max_slates)
    print_sources(log, console)
    try:
        print_outcome(train_and_measure(log), console)
    except TooLittleError as error:
        console.print(f"Too little to measure a ranker: {error}")
        return 1
    return 0
