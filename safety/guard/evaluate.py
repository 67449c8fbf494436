"""Print the bundled guard's figures: `manage.py evaluate safety [--data ../shared/data]`.

Recall and false positives a source, a confusion a hazard, calibration (ECE), recall a disguise, share of harmless chat that is
stopped; each with its Wilson interval. Nothing is written; `manage.py train_guard bundled` writes the same into the card.
"""

import argparse
from pathlib import Path

from safety.guard.card import report
from safety.guard.corpus import all_texts
from safety.guard.detector import load_bundled_guard


def main(arguments: list[str]) -> int:
    """Return 0 after printing, 2 where the shared data are absent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data: Path = parser.parse_args(arguments).data
    if not data.is_dir():
        print(f"{data}: no such folder; the guard's figures need the shared sets")
        return 2
    texts = all_texts(data)
    print("\n".join(report(load_bundled_guard(), texts=texts, data=data)))
    return 0
