"""Write harmless feed chat as the understanding's generator makes it, a message a line: `python -m chat.intent.talk > FILE`.

The guard trains on it (`manage.py train_guard bundled --talk FILE`), so that ordinary wishes are not taken for something unsafe.
"""

import argparse
import random
import sys
from itertools import islice

from chat.intent.generator import CLINC150, SEARCH_TERMS, Generator, load_small_talk, load_vocabulary

NUM_LINES = 20_000
SEED = 20261120
# Every word of the vocabulary stands in some of these too: a guard that met a word once in a long line took it for a slur in a short one.
WISHES = (
    "{}", "{} please", "more {}", "show me {}", "show me more {}", "some {}", "less {}", "no more {}", "i love {}", "i like {}",
    "i'd love some {} now", "i want {}", "can i see {}", "{} videos", "{} today", "give me {}", "i hate {}", "enough {}", "{}?",
    "anything with {}", "{} again", "play {}", "let's see {}", "i'm in the mood for {}", "stop showing me {}", "how about {}",
    "not so much {}", "what about {}",
)  # fmt: skip
NUM_WISHES = 6  # of a word


def talk(*, num: int, seed: int) -> list[str]:
    """Return `num` drawn messages, line breaks taken out; the same seed and files give the same ones."""
    generator = Generator(seed, vocabulary=load_vocabulary(SEARCH_TERMS), small_talk=load_small_talk(CLINC150))
    return [" ".join(example.message.text.split()) for example in islice(generator, num)]


def wishes(*, seed: int) -> list[str]:
    """Return each word of the project's vocabulary in NUM_WISHES short wishes."""
    rng = random.Random(seed)
    words = sorted({word for listed in load_vocabulary().words.values() for word in listed})
    return [frame.format(word) for word in words for frame in rng.sample(WISHES, NUM_WISHES)]


def main() -> None:
    """Parse the command line and write to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--num", type=int, default=NUM_LINES)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    sys.stdout.write(
        "".join(f"{line}\n" for line in [*talk(num=arguments.num, seed=arguments.seed), *wishes(seed=arguments.seed)])
    )


if __name__ == "__main__":
    main()
