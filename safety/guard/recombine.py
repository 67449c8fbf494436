"""Make more of HateCheck's templates: other groups in their slots, and the hateful ones quoted and denounced.

Its half has 460 templates, most of them in seven copies that differ by the group alone. A text made of a template stays in the part
of that template, so nothing made of a held-out one is trained on.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from safety.guard.data import LabelledText, read_csv
from safety.guard.generate import Grammar, load_grammar

NUM_WIDENED = 8
# HateCheck's own slots, and ours that hold the same form of more groups.
_SLOTS = {"[IDENTITY_P]": "{P}", "[IDENTITY_S]": "{S}", "[IDENTITY_A]": "{A}"}
_ARTICLE = re.compile(r"\b(?:an?|any|some|no)? ?\[IDENTITY_S\]", re.IGNORECASE)


def recombined_texts(root: Path, *, seed: int) -> list[LabelledText]:
    """Return the texts made of root/safety/hatecheck; source "widened" keeps a template's label, "quoted" is harmless."""
    grammar, rng = load_grammar("groups"), random.Random(seed)
    frames = [p.text for p in grammar.patterns if p.section == "denounced" and "{quote}" in p.text]
    found: dict[str, LabelledText] = {}
    for template, group, unsafe in _templates(root):
        for text in _widened(template, grammar, rng):
            found.setdefault(text, LabelledText(text, unsafe, ("hate",) if unsafe else (), "widened", group))
        for quote in _widened(template, grammar, rng) if unsafe else ():
            text = grammar.fill(rng.choice(frames).replace("{quote}", quote), rng)
            found.setdefault(text, LabelledText(text, False, (), "quoted", group))
    return list(found.values())


def _templates(root: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield (template, its group as in `shared_texts`, hateful) for each template with a group in it, and without a slur."""
    seen: set[str] = set()
    for row in read_csv(root / "safety" / "hatecheck" / "cases_half.csv"):
        template = row["case_templ"].strip()
        if "[IDENTITY" in template and "[SLUR" not in template and template not in seen:
            seen.add(template)
            yield template, row["ref_templ_id"] or row["templ_id"], row["label_gold"] == "hateful"


def _widened(template: str, grammar: Grammar, rng: random.Random) -> list[str]:
    with_slots = _ARTICLE.sub(" {S}", template)
    for name, slot in _SLOTS.items():
        with_slots = with_slots.replace(name, slot)
    return [grammar.fill(with_slots, rng) for _ in range(NUM_WIDENED if "{" in with_slots else 0)]
