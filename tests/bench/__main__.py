"""`python -m tests.bench [NAME ...]`: run the benchmarks and print their tables. Nothing here asserts; tests never look at a clock."""

import importlib
import sys

BENCHES = {
    "understanding": "tests.bench.bench_understanding",
    "turn": "tests.bench.bench_turn",
    "feed": "tests.bench.bench_feed",
    "diversity": "tests.bench.bench_diversity",
    "steering": "tests.bench.bench_steering",
    "dialogues": "tests.bench.bench_dialogues",
    "u2i": "tests.bench.bench_u2i",
    "reindex": "tests.bench.bench_reindex",
    "merge": "tests.bench.bench_merge",
    "ranker": "tests.bench.bench_ranker",
    "index": "tests.bench.bench_index",
    "keyframes": "tests.bench.bench_keyframes",
    "ingest": "tests.bench.bench_ingest",
    "insights": "tests.bench.bench_insights",
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all of them without a name."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 1
    for name in names or BENCHES:
        print(f"\n== {name}", flush=True)
        importlib.import_module(BENCHES[name]).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
