"""Write the bundled guard's card: data, command, time, score."""

from pathlib import Path

from safety.guard.data import LabelledText
from safety.guard.detector import Guard, load_guard_from
from safety.guard.measure import Measured, Share, disguised_recall, hazard_confusion, measure, stopped_chat
from safety.policy import load_policy

SHARED = ("ailuminate", "harmbench", "hatecheck", "surge")
OWN = ("patterns", "neighbours", "lexicon")


def write_card(out: Path, *, texts: list[LabelledText], data: Path, num_steps: int, train_s: float) -> None:
    """Measure the stored guard on the test part and write card.md beside it."""
    guard = load_guard_from(out / "guard.safetensors", load_policy())
    num_parameters = sum(parameter.numel() for parameter in guard.net.parameters())
    num_bytes = (out / "guard.safetensors").stat().st_size
    lines = [
        f"# Guard `{guard.model_version}`",
        "",
        f"{num_parameters:,} parameters (fp16, {num_bytes / 1e6:.1f} MB): rank-16 adapters over the shared MiniLM sentence",
        "encoder, 32,768 hashed letter runs, a lexicon of hashes, a head of 13 outputs (unsafe, and MLCommons' twelve).",
        "",
        f"Made by `python -m safety.guard.train --steps {num_steps} --talk FILE`, one thread, {train_s / 60:.1f} min of wall",
        "time. Written by that command.",
        "",
        "Data: AILuminate practice prompts (Apache-2.0), HarmBench (MIT), surge toxicity (MIT), HateCheck half (CC BY 4.0,",
        "Roettger et al. 2021), LDNOOBW word lists (CC BY 4.0, Shutterstock; hashed, never stored readable), CLINC150 (CC BY",
        "3.0, Larson et al. 2019), IARD (MIT), InternVid queries (Apache-2.0), this project's patterns (`safety/guard/phrases`)",
        "and, where `--talk` names a file, harmless feed chat as the understanding's generator writes it (28,700 messages).",
        "72 % train, 8 % calibration, 20 % test, split by template, cluster of near copies, word or pattern.",
        "Never trained on: HWU64, SNIPS, INSPIRED, MicroLens titles.",
        "",
        *report(guard, texts=texts, data=data),
        "",
        "Limits: English first; other languages only through the word lists. Words alone: it does not see frames. It judges one",
        "message at a time. Very long texts are read in windows of 72 words. AILuminate labels every prompt a hazard, also mild",
        "ones; surge calls an insult of a politician unsafe, HateCheck calls an insult of a plumber safe. The test part of HateCheck",
        "holds few templates (seven cases each), so its false-positive rate moves by 0.07 a template. The default threshold was set on",
        "the harmless chat above (at most 1 % stopped), not on the test part.",
        "",
    ]
    (out / "card.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


def report(guard: Guard, *, texts: list[LabelledText], data: Path) -> list[str]:
    """Return the figures of a guard on the test part as Markdown."""
    test = [text for text in texts if text.part == "test"]
    shared = [text for text in test if text.source in SHARED]
    disguised = disguised_recall(
        guard, [text for text in test if text.source in ("patterns", "ailuminate")][::3], seed=1
    )
    chat = stopped_chat(guard, data)
    return [
        "Stopped = verdict unsafe at the thresholds of `safety/policy.toml`. In brackets: 95 % Wilson interval, counts.",
        "",
        "## Shared sets, test part",
        *_table(measure(guard, shared)),
        "",
        "## Hazards (texts of the shared sets and own patterns whose hazard is stated)",
        *_hazard_table(guard, [text for text in test if text.unsafe and text.hazards and text.source != "hatecheck"]),
        "",
        "## Own patterns and word list, test part (patterns and words never seen)",
        *_table(measure(guard, [text for text in test if text.source in OWN][::4])),
        "",
        "## Disguised (texts that are stopped when plain)",
        *_shares(disguised),
        "",
        "## Harmless chat and titles, never trained on",
        "| source | unsafe | not safe |",
        "|---|---|---|",
        *(f"| {name} | {stopped} | {doubted} |" for name, (stopped, doubted) in chat.items()),
    ]


def _hazard_table(guard: Guard, texts: list[LabelledText]) -> list[str]:
    rows = ["| hazard | stopped | named among | named first | most often taken for |", "|---|---|---|---|---|"]
    for hazard, found in hazard_confusion(guard, texts).items():
        rows.append(f"| {hazard} | {found.stopped} | {found.named} | {found.first} | {found.mistaken_for} |")
    return rows


def _table(measured: Measured) -> list[str]:
    names = [*sorted({*measured.recall, *measured.false_positives} - {"all"}), "all"]
    rows = [
        f"| {name} | {measured.recall.get(name, '-')} | {measured.false_positives.get(name, '-')} |" for name in names
    ]
    tail = f"Uncertain: {measured.uncertain}. AUC {measured.auc:.4f}, ECE {measured.ece:.3f}."
    return ["| source | recall | false-positive rate |", "|---|---|---|", *rows, "", tail]


def _shares(shares: dict[str, Share]) -> list[str]:
    return ["| disguise | still stopped |", "|---|---|", *(f"| {name} | {share} |" for name, share in shares.items())]
