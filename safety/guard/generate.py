"""Make labelled examples from the patterns in phrases/: what must be stopped, and its harmless neighbours.

The examples of one pattern stay together when the data are split, so that test scores speak of patterns that were never seen.
"""

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_PHRASES = Path(__file__).with_name("phrases")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A template of one section (a hazard, or a kind of harmless text)."""

    section: str
    text: str

    @property
    def is_hateful(self) -> bool:
        """Tell by its section whether what is said of people must be stopped."""
        return self.section == "abuse" or self.section.startswith("hate_")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns with the readings of their slots."""

    patterns: list[Pattern]
    slots: dict[str, list[str]]

    def fill(self, text: str, rng: random.Random) -> str:
        """Return `text` with every slot replaced by one reading; readings may hold slots of their own."""
        filled = _SLOT.sub(lambda match: self.fill(rng.choice(self.slots[match.group(1)]), rng), text)
        return re.sub(r"\s+", " ", filled).strip().replace(" ,", ",")


def load_grammar(name: str) -> Grammar:
    """Read phrases/<name>.toml; a slot that no section of `[slots]` defines raises KeyError when it is filled."""
    raw = tomllib.loads((_PHRASES / f"{name}.toml").read_text("utf-8"))
    slots = {slot: readings.split("|") for slot, readings in raw["slots"].items()}
    patterns = [Pattern(section, text) for section, texts in raw["templates"].items() for text in texts]
    return Grammar(patterns, slots)


def sample(grammar: Grammar, *, num_per_pattern: int, seed: int) -> list[tuple[Pattern, str]]:
    """Return up to `num_per_pattern` different fillings of every pattern."""
    rng = random.Random(seed)
    found: dict[str, Pattern] = {}
    for pattern in grammar.patterns:
        for _ in range(num_per_pattern):
            found.setdefault(grammar.fill(pattern.text, rng), pattern)
    return [(pattern, text) for text, pattern in found.items()]
