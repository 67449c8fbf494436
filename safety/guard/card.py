"""Write the bundled guard's card: data, command, time, score."""

from collections.abc import Sequence
from pathlib import Path

from safety.guard.data import LabelledText
from safety.guard.detector import Guard, load_guard_from
from safety.guard.measure import Measured, Share, disguised_recall, hazard_matrices, measure, stopped_chat
from safety.policy import load_policy

FIGURES = "<!-- Figures, written by `manage.py evaluate safety`. -->"
SHARED = ("ailuminate", "harmbench", "hatecheck", "surge")
OWN = ("patterns", "neighbours", "lexicon", "groups", "comments", "slurred", "quoted", "errands")


# What the shipped guard learned from, as its card says it.
DATA_WORDS = (
    "Data: AILuminate practice prompts (Apache-2.0), HarmBench (MIT), surge toxicity (MIT), HateCheck half (CC BY 4.0,",
    "Roettger et al. 2021), LDNOOBW word lists (CC BY 4.0, Shutterstock; hashed, never stored readable), CLINC150 (CC BY",
    "3.0, Larson et al. 2019), IARD (MIT), InternVid queries (Apache-2.0), this project's patterns (`safety/guard/phrases`),",
    "HateCheck's training templates with other groups and in quotes (`safety/guard/recombine.py`) and, where `--talk` names a",
    "file, harmless feed chat as the understanding's generator writes it (28,700 messages).",
    "72 % train, 8 % calibration, 20 % test, split by template, cluster of near copies, word or pattern.",
    "Never trained on: HWU64, SNIPS, INSPIRED, MicroLens titles.",
)


def write_head(out: Path, *, command: str, train_s: float, data_words: Sequence[str] = DATA_WORDS) -> None:
    """Write card.md beside the stored guard as far as the training knows it; `write_figures` adds what it is worth."""
    guard = load_guard_from(out / "guard.safetensors", load_policy())
    num_parameters = sum(parameter.numel() for parameter in guard.net.parameters())
    num_bytes = (out / "guard.safetensors").stat().st_size
    lines = [
        f"# Guard `{guard.model_version}`",
        "",
        f"{num_parameters:,} parameters (fp16, {num_bytes / 1e6:.1f} MB): rank-16 adapters over the shared MiniLM sentence",
        "encoder, 32,768 hashed letter runs, a lexicon of hashes, a head of 13 outputs (unsafe, and MLCommons' twelve).",
        "",
        f"Made by `{command}`, one thread, {train_s / 60:.1f} min of wall time.",
        "",
        *data_words,
        "",
        "Limits: English first; other languages only through the word lists. Words alone: it does not see frames. It judges one",
        "message at a time. Very long texts are read in windows of 72 words. AILuminate labels every prompt a hazard, also mild",
        "ones; surge calls an insult of a politician unsafe, HateCheck calls an insult of a plumber safe, and a threat to one too.",
        "The test part of HateCheck holds few templates (seven cases each): its false-positive rate moves by 0.07 a template.",
        "",
    ]
    (out / "card.md").write_text("\n".join(lines), "utf-8")


def write_figures(card: Path, figures: list[str]) -> None:
    """Put the figures into a card, in the place of those that stood there."""
    head = card.read_text("utf-8").split(FIGURES)[0].rstrip()
    card.write_text("\n".join([head, "", FIGURES, "", *figures, ""]), "utf-8")


def report(guard: Guard, *, texts: list[LabelledText], data: Path) -> list[str]:
    """Return the figures of a guard on the test part as Markdown."""
    test = [text for text in texts if text.part == "test"]
    shared = [text for text in test if text.source in SHARED]
    disguised = disguised_recall(
        guard, [text for text in test if text.source in ("patterns", "ailuminate")][::3], seed=1
    )
    chat, own = stopped_chat(guard, data), [text for text in test if text.source in OWN][::8]
    return [
        "Stopped = verdict unsafe at the thresholds of `safety/policy.toml`. In brackets: 95 % Wilson interval, counts.",
        "",
        "## Shared sets, test part",
        *_table(measure(guard, shared)),
        "",
        "## Confusion a hazard (shared sets and an eighth of our own patterns, test part, hazards stated)",
        *_hazard_table(guard, [text for text in test if text.source in SHARED] + own),
        "",
        "## Own patterns and word list, test part (patterns and words never seen)",
        *_table(measure(guard, own)),
        "",
        "## Disguised (texts that are stopped when plain)",
        *_shares(disguised),
        "",
        "## Over-refusal: harmless chat and titles, never trained on",
        "| source | unsafe | not safe |",
        "|---|---|---|",
        *(f"| {name} | {stopped} | {doubted} |" for name, (stopped, doubted) in chat.items()),
    ]


def _hazard_table(guard: Guard, texts: list[LabelledText]) -> list[str]:
    rows = [
        "| hazard | named and is | is, not named | named, is not | neither | recall | false positives | stopped anyhow | taken for |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for hazard, found in hazard_matrices(guard, texts).items():
        cells = (found.hit, found.missed, found.false, found.right, found.recall, found.false_positives, found.stopped)
        rows.append(f"| {hazard} | {' | '.join(str(cell) for cell in cells)} | {found.mistaken_for} |")
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
