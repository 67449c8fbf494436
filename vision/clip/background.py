"""`python -m vision.clip.background`: write the vectors of everyday words (vision/background.py) in two minutes; no random part. Pure."""

import re
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from models.backbone import backbone_dir, sentence_encoder
from vision.clip.weights import MODELS_DIR

FILE = MODELS_DIR / "background" / "words.safetensors"
NUM_WORDS, NUM_COMMONEST, EVERY = 8_000, 151, 2  # the vocabulary is ordered by frequency; its first words name nothing
TEXTS_AT_ONCE = 64


def words() -> list[str]:
    """Return the whole words of three letters and more, by frequency, every second one."""
    lines = (Path(backbone_dir()) / "vocab.txt").read_text(encoding="utf-8").split("\n")
    whole = [word for word in lines if re.fullmatch(r"[a-z]{3,}", word)]
    return whole[NUM_COMMONEST:NUM_WORDS:EVERY]


def main() -> None:
    """Embed the words and write float16 [W, 384]."""
    chosen, encoder = words(), sentence_encoder()
    parts = [encoder.encode(chosen[start : start + TEXTS_AT_ONCE]) for start in range(0, len(chosen), TEXTS_AT_ONCE)]
    FILE.parent.mkdir(parents=True, exist_ok=True)
    save_file({"vectors": np.concatenate(parts).astype(np.float16)}, FILE)
    FILE.chmod(0o644)


if __name__ == "__main__":
    main()
