"""`manage.py experiment create|start|status|stop|list`: compare named configurations of the feed on the viewers there are."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from getpass import getuser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from feed.configuration import BadKnobError
from feed.experiments.metrics import GUARDRAILS, METRICS, PRIMARY
from feed.experiments.models import Experiment, Kind
from feed.experiments.reports import Report, finding_json, report_json, report_of
from feed.experiments.services import ArmDraft, ExperimentError, experiment_create, experiment_start, experiment_stop


class Command(BaseCommand):
    """The control is the feed as it is; each arm turns knobs of feed.configuration."""

    help = (
        "Compare named configurations of the feed. Example: experiment create bolder --arm bolder:explore=2,steered=0.7"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="action", required=True)
        create = commands.add_parser("create", help="write a draft; nobody sees it before it is started")
        create.add_argument("name")
        create.add_argument(
            "--arm", action="append", type=arm_of, required=True, metavar="NAME[*WEIGHT][:KNOB=VALUE,...]"
        )
        create.add_argument(
            "--interleave", action="store_true", help="let the arm and the control draft each slate's cards"
        )
        create.add_argument("--share", type=float, default=1.0, help="of the traffic, 0 to 1")
        create.add_argument("--layer", default="", help="experiments of one layer share no viewer; default: its own")
        create.add_argument("--primary", default=PRIMARY, choices=METRICS)
        create.add_argument("--guardrail", action="append", choices=METRICS, help=f"default: {', '.join(GUARDRAILS)}")
        create.add_argument("--note", default="")
        for action, words in (("start", "let it run"), ("stop", "everybody gets the control"), ("status", "figures")):
            command = commands.add_parser(action, help=words)
            command.add_argument("name")
            if action == "stop":
                command.add_argument("--why", required=True)
            if action == "status":
                command.add_argument("--json", action="store_true")
        commands.add_parser("list", help="all experiments").add_argument("--json", action="store_true")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do it and say what is now; exit 1 with the reason where it is refused."""
        try:
            getattr(self, f"_{action}")(**options)
        except (ExperimentError, BadKnobError) as error:
            raise CommandError(str(error)) from error

    def _create(self, name: str, arm: list[ArmDraft], interleave: bool, **options: Any) -> None:
        experiment = experiment_create(
            name=name,
            arms=arm,
            by=getuser(),
            kind=Kind.INTERLEAVE if interleave else Kind.AB,
            share=options["share"],
            layer=options["layer"],
            primary_metric=options["primary"],
            guardrails=tuple(options["guardrail"] or GUARDRAILS),
            note=options["note"],
        )
        self.stdout.write(f"{experiment}: start it with `manage.py experiment start {name}`")

    def _start(self, name: str, **options: Any) -> None:
        self.stdout.write(str(experiment_start(name=name, by=getuser())))

    def _stop(self, name: str, why: str, **options: Any) -> None:
        self.stdout.write(str(experiment_stop(name=name, by=getuser(), why=why)))

    def _status(self, name: str, **options: Any) -> None:
        experiment = Experiment.objects.filter(name=name).first()
        if experiment is None:
            raise CommandError(f"there is no experiment {name!r}; `manage.py experiment list` shows them")
        report = report_of(experiment=experiment)
        if options["json"]:
            self.stdout.write(json.dumps(report_json(report)))
        else:
            _print(report, Console())

    def _list(self, **options: Any) -> None:
        experiments = list(Experiment.objects.order_by("id").prefetch_related("arms", "history"))
        if options["json"]:
            rows = [{"name": e.name, "state": e.state, "layer": e.layer, "share": e.share} for e in experiments]
            self.stdout.write(json.dumps(rows))
            return
        table = Table("experiment", "state", "kind", "layer", "share", "arms", "last")
        for e in experiments:
            arms = ", ".join(f"{arm} {arm.knobs or ''}".strip() for arm in e.arms.all())
            last = list(e.history.all())[-1]
            table.add_row(e.name, e.state, e.kind, e.layer, f"{e.share:.1%}", arms, f"{last.by}: {last.why}")
        Console().print(table)


def arm_of(text: str) -> ArmDraft:
    """Read NAME[*WEIGHT][:KNOB=VALUE,...]."""
    head, _, tail = text.partition(":")
    name, _, weight = head.partition("*")
    try:
        knobs = {knob: float(value) for knob, value in (part.split("=", 1) for part in tail.split(",") if part)}
        return ArmDraft(name, knobs, float(weight or 1))
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not NAME[*WEIGHT][:KNOB=VALUE,...]") from error


def _print(report: Report, console: Console) -> None:
    experiment = report.experiment
    console.print(f"{experiment}, layer {experiment.layer}, {experiment.share:.1%} of the traffic")
    if report.split_is_wrong:
        console.print(
            "The viewers' numbers do not fit the arms' weights: something loses viewers. Believe no figure below."
        )
    table = Table("arm", "viewers", "metric", "arm", "control", "difference, at every look", "verdict")
    for arm in report.arms:
        table.add_row(arm.arm.name, str(arm.num_viewers))
        for name, finding in arm.findings.items():
            found = finding_json(finding)
            marks = " (decides)" * (name == experiment.primary_metric) + " (guards)" * (name in experiment.guardrails)
            interval = "too early" if found["low"] is None else f"{found['low']:+.4f} to {found['high']:+.4f}"
            values = (f"{found[side]:.4f}" if found[side] is not None else "" for side in ("treated", "control"))
            table.add_row("", "", name + marks, *values, interval, found["verdict"])
        if arm.preference:
            p = arm.preference
            share = f"{p.low:.2f} to {p.high:.2f} (exact, one look)"
            table.add_row("", "", "viewers who prefer it", str(p.num_for), str(p.num_against), share)
    console.print(table)
    for change in experiment.history.all():
        console.print(f"{change.at:%Y-%m-%d %H:%M} {change.state} by {change.by}: {change.why}")
