"""Read labelled texts: the shared sets (where they are present), chat that is known to be harmless, and our own patterns.

Each text knows its part (train, calibration, test). Near copies share it: HateCheck goes by root template, AILuminate and HarmBench
by clusters of sentence vectors, our patterns by pattern, the word list by word, so that a test text has no sibling in training.
Licences: AILuminate Apache-2.0, HarmBench MIT, surge MIT, HateCheck and LDNOOBW CC BY 4.0, CLINC150 CC BY 3.0, IARD MIT, InternVid
Apache-2.0 are trained on. HWU64, SNIPS, INSPIRED (no licence stated) and MicroLens (research use) are only ever measured on.
"""

import csv
import hashlib
import json
import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from safety.guard.generate import load_grammar, sample

Part = Literal["train", "calibration", "test"]
DECISION = "decision"  # the source of what moderators decided

_AILUMINATE = {
    "vcr": "violent_crimes", "ncr": "nonviolent_crimes", "src": "sex_related_crimes", "iwp": "indiscriminate_weapons",
    "ssh": "suicide_self_harm", "ipv": "intellectual_property", "prv": "privacy", "dfm": "defamation", "hte": "hate",
    "sxc_prn": "sexual_content", "spc_fin": "specialized_advice", "spc_hlt": "specialized_advice", "spc_ele": "specialized_advice",
    "spc_lgl": "specialized_advice",
}  # fmt: skip
_HARMBENCH = {
    "copyright": "intellectual_property",
    "cybercrime_intrusion": "nonviolent_crimes",
    "chemical_biological": "indiscriminate_weapons",
}
# Entries of the word list that mean something else most of the time; on their own they are no reason to stop anybody.
AMBIGUOUS = frozenset(
    tomllib.loads(Path(__file__).with_name("phrases").joinpath("ambiguous.toml").read_text("utf-8"))["words"].split()
)

# The same frames hold unsafe words and harmless queries, so that a frame says nothing.
_REQUESTS = (
    "{}",
    "show me {}",
    "{} videos",
    "i want to watch {} clips now",
    "more {} please",
    "any good {} compilation",
    "{} clips",
    "show me more {}",
    "i'd love some {}",
    "more of the {}",
    "can i see {} please",
    "play some {}",
)
NUM_FRAMES = 3  # frames that each harmless query is put in


# Made of HateCheck's templates or our patterns, so they go where what they are made of goes.
_SPLIT_AS = {"widened": "hatecheck", "quoted": "hatecheck", "slurred": "groups"}


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its label; `hazards` is None where the source does not say which, `group` joins near copies."""

    text: str
    unsafe: bool
    hazards: tuple[str, ...] | None
    source: str
    group: str

    @property
    def part(self) -> Part:
        """Return the part that all texts of this group belong to; decisions that were not kept aside are all trained on."""
        if self.source == DECISION:
            return "train"
        return part_of(f"{_SPLIT_AS.get(self.source, self.source)} {self.group}")


def part_of(key: str) -> Part:
    """Split by a hash of `key`, for ever the same: 72 % train, 8 % calibration, 20 % test."""
    percentile = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), "big") % 100
    return "test" if percentile < 20 else "calibration" if percentile < 28 else "train"


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared_texts(root: Path, encode: Callable[[list[str]], np.ndarray]) -> list[LabelledText]:
    """Return every labelled text of root/safety and root/chat that may be trained on; `encode` gives sentence vectors."""
    prompts = _prompts(root / "safety")
    groups = clusters([text for text, _, _ in prompts], encode)
    found = [
        LabelledText(text, True, hazards, source, group)
        for (text, hazards, source), group in zip(prompts, groups, strict=True)
    ]
    return found + list(hatecheck_texts(root / "safety")) + list(_surge(root / "safety")) + list(_chat(root / "chat"))


def _prompts(root: Path) -> list[tuple[str, tuple[str, ...] | None, str]]:
    found: list[tuple[str, tuple[str, ...] | None, str]] = []
    for row in read_csv(root / "ailuminate" / "prompts_en_without_cse.csv"):
        found.append((row["prompt_text"], (_AILUMINATE[row["hazard"]],), "ailuminate"))
    for row in read_csv(root / "harmbench" / "harmbench_behaviors_text_all.csv"):
        hazard = _HARMBENCH.get(row["SemanticCategory"])
        found.append((row["Behavior"], (hazard,) if hazard else None, "harmbench"))
    return found


def hatecheck_texts(root: Path) -> Iterator[LabelledText]:
    """Yield HateCheck's half; a group is a root template, so that what was derived of it stays with it."""
    for row in read_csv(root / "hatecheck" / "cases_half.csv"):
        unsafe = row["label_gold"] == "hateful"
        yield LabelledText(row["test_case"].strip(), unsafe, ("hate",) if unsafe else (), "hatecheck", template_of(row))


def template_of(row: dict[str, str]) -> str:
    """Return the number of the root template of a case of HateCheck."""
    return row["ref_templ_id"] or row["templ_id"]


def _surge(root: Path) -> Iterator[LabelledText]:
    for row in read_csv(root / "surge_toxicity" / "toxicity_en.csv"):
        unsafe = row["is_toxic"] == "Toxic"
        yield LabelledText(row["text"], unsafe, None if unsafe else (), "surge", row["text"])


def _chat(root: Path) -> Iterator[LabelledText]:
    clinc = json.loads((root / "clinc150" / "data_full.json").read_text("utf-8"))
    for text, _ in clinc["train"] + clinc["oos_train"]:
        yield LabelledText(text, False, (), "clinc150", text)
    for name, dialogue in json.loads((root / "iard" / "dialogues_100.json").read_text("utf-8")).items():
        for turn in dialogue["dialogue_info"].values():
            yield LabelledText(turn["utterance_text"], False, (), "iard", name)
    for line in (root / "internvid_queries" / "queries.jsonl").read_text("utf-8").splitlines():
        query = json.loads(line)["search_word_id"]
        yield LabelledText(query, False, (), "internvid", query)
        for frame in random.Random(query).sample(_REQUESTS[1:], NUM_FRAMES):
            yield LabelledText(frame.format(query), False, (), "internvid", query)


def talk_texts(path: Path) -> list[LabelledText]:
    """Return harmless feed chat, a message a line, as the understanding's generator writes it."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [LabelledText(line, False, (), "talk", line) for line in lines]


def clusters(texts: list[str], encode: Callable[[list[str]], np.ndarray], *, min_cosine: float = 0.75) -> list[str]:
    """Return a group a text, the same for all that are joined by a chain of near copies (single linkage)."""
    vectors = encode(texts)
    parents = list(range(len(texts)))

    def root_of(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for left, right in zip(*np.nonzero(np.triu(vectors @ vectors.T > min_cosine, 1)), strict=True):
        parents[root_of(int(left))] = root_of(int(right))
    return [texts[root_of(index)] for index in range(len(texts))]


def own_texts(*, num_per_pattern: int, seed: int) -> list[LabelledText]:
    """Return fillings of this project's own patterns."""
    found = []
    for pattern, text in sample(load_grammar("unsafe"), num_per_pattern=num_per_pattern, seed=seed):
        found.append(LabelledText(text, True, (pattern.section,), "patterns", pattern.text))
    for pattern, text in sample(load_grammar("harmless"), num_per_pattern=num_per_pattern, seed=seed):
        found.append(LabelledText(text, False, (), "neighbours", pattern.text))
    for name in ("groups", "comments"):
        for pattern, text in sample(load_grammar(name), num_per_pattern=num_per_pattern, seed=seed):
            found.append(LabelledText(text, pattern.is_hateful, ("hate",) * pattern.is_hateful, name, pattern.text))
    for pattern, text in sample(load_grammar("errands"), num_per_pattern=num_per_pattern // 4, seed=seed):
        found.append(LabelledText(text, False, (), "errands", pattern.text))
    return found


def lexicon_terms(root: Path) -> list[str]:
    """Return the terms of the word lists that mean what they are listed for most of the time."""
    folder = root / "safety" / "ldnoobw"
    names = ("en", "de", "es", "fr", "ja", "ko")
    lines = [line for name in names for line in (folder / name).read_text("utf-8").splitlines() if line]
    return [term for term in lines if not AMBIGUOUS & {term, *term.split()[:1]}]


def lexicon_texts(root: Path) -> list[LabelledText]:
    """Return the words that are unsafe on their own, bare and in short requests; the held-out part goes by word."""
    return [
        LabelledText(frame.format(term), True, None, "lexicon", term)
        for term in lexicon_terms(root)
        for frame in _REQUESTS
    ]


def measured_chat(root: Path) -> dict[str, list[str]]:
    """Return harmless texts that are never trained on, by source: CLINC150 test, HWU64, SNIPS, INSPIRED, MicroLens titles."""
    clinc = json.loads((root / "chat" / "clinc150" / "data_full.json").read_text("utf-8"))
    with (root / "chat" / "inspired" / "dialog_dev.tsv").open(encoding="utf-8") as file:
        inspired = [
            row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row.get("text")
        ]
    titles = [row["title"] for row in read_csv(root / "captions" / "MicroLens-50k_titles.csv")]
    return {
        "clinc150 test": [text for text, _ in clinc["test"]],
        "hwu64 test": [row["text"] for row in read_csv(root / "chat" / "hwu64" / "test.csv")],
        "snips test": [row["text"] for row in read_csv(root / "chat" / "snips" / "test.csv")],
        "inspired dev": inspired,
        "microlens titles": titles[::10],
    }
