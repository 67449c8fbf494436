"""Read the attacks (attacks.jsonl) and make best-of-n variations of them.

One attack a line: `way` chat (with `turns`), title or tags (with `title` and `tags`); `hazard` where a guard should stop its words;
`variations` where it is tried that often in other spellings, as best-of-n jailbreaking does (https://arxiv.org/abs/2412.03556).
"""

import json
import random
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from safety.guard.disguise import DISGUISES

ATTACKS = Path(__file__).with_name("attacks.jsonl")
WAYS = ("chat", "title", "tags")


@dataclass(frozen=True)
class Attack:
    """One attack; chat attacks have turns, the others a video's title and tags."""

    id: str
    way: str
    kind: str
    turns: tuple[str, ...] = ()
    title: str = ""
    tags: tuple[str, ...] = ()
    hazard: bool = False
    variations: int = 0

    @property
    def words(self) -> str:
        """Return all that the attacker writes."""
        return " ".join([*self.turns, self.title, *self.tags])


@lru_cache(maxsize=1)
def load_attacks() -> tuple[Attack, ...]:
    """Return all attacks in the order of the file."""
    return tuple(_attack(json.loads(line)) for line in ATTACKS.read_text("utf-8").splitlines())


def _attack(raw: dict[str, Any]) -> Attack:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Attack(**fields)


def with_variations(attacks: list[Attack], *, seed: int, at_most: int = 50) -> list[Attack]:
    """Return the attacks, and after each its variations; their ids are the attack's with a number: "chat-099#7"."""
    rng = random.Random(seed)
    return [one for attack in attacks for one in (attack, *_variations(attack, rng, at_most))]


def _variations(attack: Attack, rng: random.Random, at_most: int) -> list[Attack]:
    found = []
    for number in range(min(attack.variations, at_most)):
        spelled = DISGUISES["scrambled"](attack.turns[-1] if attack.turns else attack.title, rng)
        changed = {"turns": (*attack.turns[:-1], spelled)} if attack.turns else {"title": spelled}
        found.append(replace(attack, id=f"{attack.id}#{number + 1}", variations=0, **changed))  # type: ignore[arg-type]
    return found
