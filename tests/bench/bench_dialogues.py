"""How many scripted five-turn dialogues end in the right feed, by kind: those that the feed was built with, and those kept aside.

`python -m tests.bench dialogues`: the real understanding, merge, pools and slates over the demo catalogue's titles and tags.
"""

from collections import Counter

from tests.bench.own_database import own_database


def main() -> None:
    """Play and print."""
    with own_database():
        from tests.feed.catalogue import SPORT, demo_clips, put

        put([*demo_clips(), *SPORT])
        for name in ("written", "kept_aside"):
            _play(name)


def _play(name: str) -> None:
    from tests.feed.dialogues.play import dialogues, faults_of
    from workers.simulation.jobs import jobs_in_process

    played: Counter[str] = Counter()
    right: Counter[str] = Counter()
    with jobs_in_process():
        for dialogue in dialogues(name):
            faults = faults_of(dialogue)
            played[dialogue["kind"]] += 1
            right[dialogue["kind"]] += not faults
            if faults:
                print(f"  {dialogue['id']}: {'; '.join(faults)}", flush=True)
    kinds = ", ".join(f"{kind} {right[kind]}/{num}" for kind, num in played.items())
    print(f"{name}: {right.total()} of {played.total()} right ({kinds})", flush=True)


if __name__ == "__main__":
    main()
