"""Evaluate the understanding of the stages that the settings or `--profile` choose; the scores are chat/intent/evaluate's."""

import argparse
from collections.abc import Sequence

from django.core.management.base import CommandError

from chat.intent import evaluate
from chat.llm import chosen_stages
from chat.profiles import PROFILES


def main(argv: Sequence[str]) -> int:
    """Print the scores; what is not `--profile` is the evaluation's own."""
    parser = argparse.ArgumentParser(prog="manage.py evaluate understanding", add_help=False)
    parser.add_argument("--profile", choices=PROFILES)
    arguments, rest = parser.parse_known_args(list(argv))
    try:
        stages = chosen_stages(arguments.profile)
    except ValueError as error:
        raise CommandError(str(error)) from error
    return evaluate.main(rest, stages=stages)
