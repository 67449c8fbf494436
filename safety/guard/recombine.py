"""Make more of HateCheck's templates and our own patterns: other groups in their slots, slurs in the groups' place, hate in quotes.

Its half has 460 templates, most of them in seven copies that differ by the group alone. A text made of a template or pattern stays in
the part of that, so nothing made of a held-out one is trained on. The slurs are those of its training part; none is written here.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from safety.guard.data import LabelledText, part_of, read_csv, template_of
from safety.guard.generate import Grammar, load_grammar, sample

NUM_WIDENED, NUM_SLURRED = 8, 8
# HateCheck's own slots, and ours that hold the same form of more groups.
_SLOTS = {"[IDENTITY_P]": "{P}", "[IDENTITY_S]": "{S}", "[IDENTITY_A]": "{A}"}
_ARTICLE = re.compile(r"\b(?:an?|any|some|no)? ?\[IDENTITY_S\]", re.IGNORECASE)


def recombined_texts(root: Path, *, seed: int) -> list[LabelledText]:
    """Return the texts made of root/safety/hatecheck; "widened" keeps a template's label, "quoted" is harmless.

    "slurred": our patterns of hate, and of those who denounce it, with slurs where their groups stand.
    """
    grammar, rng = load_grammar("groups"), random.Random(seed)
    frames = [p.text for p in grammar.patterns if p.section == "denounced" and "{quote}" in p.text]
    found: dict[str, LabelledText] = {}
    for template, group, unsafe in _templates(root):
        for text in _widened(template, grammar, rng):
            found.setdefault(text, LabelledText(text, unsafe, ("hate",) if unsafe else (), "widened", group))
        for quote in _widened(template, grammar, rng) if unsafe else ():
            text = grammar.fill(rng.choice(frames).replace("{quote}", quote), rng)
            found.setdefault(text, LabelledText(text, False, (), "quoted", group))
    return list(found.values()) + _slurred(grammar, slurs(root), seed=seed)


def slurs(root: Path) -> dict[str, list[str]]:
    """Return the slurs of HateCheck's training part: "P" plural, "S" singular with its article."""
    found: dict[str, set[str]] = {"P": set(), "S": set()}
    for row in _rows(root):
        for form, its in found.items():
            before, slot, after = row["case_templ"].strip().partition(f"[SLUR_{form}]")
            if slot and part_of(f"hatecheck {template_of(row)}") == "train":
                its.add(row["test_case"].strip().removeprefix(before).removesuffix(after).lower())
    articles = {slur: "an" if slur[0] in "aeiou" else "a" for slur in found["S"]}
    return {"P": sorted(found["P"]), "S": [f"{articles[slur]} {slur}" for slur in sorted(found["S"])]}


def _slurred(grammar: Grammar, slurs: dict[str, list[str]], *, seed: int) -> list[LabelledText]:
    fitting = [p for p in grammar.patterns if p.is_hateful or p.section == "denounced"]
    fitting = [p for p in fitting if re.search(r"\{(P|S|quote)\}", p.text) and "{A}" not in p.text]
    with_slurs = replace(grammar, patterns=fitting, slots=grammar.slots | slurs)
    made = sample(with_slurs, num_per_pattern=NUM_SLURRED, seed=seed)
    return [LabelledText(text, p.is_hateful, ("hate",) * p.is_hateful, "slurred", p.text) for p, text in made]


def _rows(root: Path) -> list[dict[str, str]]:
    return read_csv(root / "safety" / "hatecheck" / "cases_half.csv")


def _templates(root: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield (template, its group as in `shared_texts`, hateful) for each template with a group in it, and without a slur."""
    seen: set[str] = set()
    for row in _rows(root):
        template = row["case_templ"].strip()
        if "[IDENTITY" in template and "[SLUR" not in template and template not in seen:
            seen.add(template)
            yield template, template_of(row), row["label_gold"] == "hateful"


def _widened(template: str, grammar: Grammar, rng: random.Random) -> list[str]:
    with_slots = _ARTICLE.sub(" {S}", template)
    for name, slot in _SLOTS.items():
        with_slots = with_slots.replace(name, slot)
    return [grammar.fill(with_slots, rng) for _ in range(NUM_WIDENED if "{" in with_slots else 0)]
