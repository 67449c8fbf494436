"""Name the page's sections in their order, and read them: a slow one or a broken one leaves the others as they are."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError

from lifecycle.insights.budget import Budget, TookTooLong, within
from lifecycle.insights.catalogue import catalogue, coverage
from lifecycle.insights.guarding import guarding
from lifecycle.insights.queues import queues
from lifecycle.insights.reception import experiments, reception
from lifecycle.insights.section import Findings, Window
from lifecycle.insights.steering import steering
from lifecycle.insights.understanding import understanding

logger = logging.getLogger(__name__)

PAGE_S = 2.0  # for all sections together
SECTION_S = 0.8  # for one of them on the page
ALONE_S = 6.0  # for one that is asked for by itself


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. `is_live`: the page asks for it again and again."""

    key: str
    title: str
    lead: str
    read: Callable[[Window], Findings]
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A section with what was read, or with the problem in words why nothing was."""

    section: Section
    findings: Findings | None
    problem: str = ""


# In the order of the page and of reading: what costs most comes last, so that it starves nothing.
SECTIONS = {
    section.key: section
    for section in (
        Section("queues", "Work", "What waits for a worker now, and why work failed.", queues, is_live=True),
        Section(
            "understanding", "From words to a steered feed", "How long people wait for what they said.", understanding
        ),
        Section("steering", "Does the feed follow?", "What became of wishes, and where cards come from.", steering),
        Section("guard", "Guard", "What it let pass, sent to review or held.", guarding),
        Section("catalogue", "Catalogue and indexes", "What is there now.", catalogue),
        Section("reception", "How cards are received", "By the source that brought them.", reception),
        Section(
            "experiments",
            "Experiments",
            "Arms against their control, with intervals that hold at any look.",
            experiments,
        ),
        Section("coverage", "Coverage", "How much of the catalogue anybody sees, and how evenly.", coverage),
    )
}


def sections_read(window: Window) -> Iterator[Shown]:
    """Yield every section, within PAGE_S of the database's time together and SECTION_S each."""
    budget = Budget(PAGE_S)
    for section in SECTIONS.values():
        yield _read(section, window, budget, limit_s=SECTION_S)


def section_read(section: Section, window: Window) -> Shown:
    """Return one section, with the time that it may take by itself."""
    return _read(section, window, Budget(ALONE_S))


def _read(section: Section, window: Window, budget: Budget, *, limit_s: float | None = None) -> Shown:
    try:
        with within(budget, limit_s=limit_s):
            return Shown(section, section.read(window))
    except TookTooLong:
        return Shown(section, None, "This took too long to read beside everything else.")
    except DatabaseError:
        logger.exception("the section %s of the insights page", section.key)
        return Shown(section, None, "This could not be read; the log of the web process says why.")
