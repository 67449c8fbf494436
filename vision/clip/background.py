"""`python -m vision.clip.background`: write the vectors of everyday topics (vision/background.py); no random part. Pure."""

import numpy as np
from safetensors.numpy import save_file

from models.backbone import sentence_encoder
from vision.clip.weights import MODELS_DIR

FOLDER = MODELS_DIR / "background"
TEXTS_AT_ONCE = 64


def topics() -> list[str]:
    """Return the topics, one a line of the list."""
    return (FOLDER / "topics.txt").read_text(encoding="utf-8").splitlines()


def main() -> None:
    """Embed the topics and write float16 [W, 384]."""
    chosen, encoder, file = topics(), sentence_encoder(), FOLDER / "topics.safetensors"
    parts = [encoder.encode(chosen[start : start + TEXTS_AT_ONCE]) for start in range(0, len(chosen), TEXTS_AT_ONCE)]
    save_file({"vectors": np.concatenate(parts).astype(np.float16)}, file)
    file.chmod(0o644)


if __name__ == "__main__":
    main()
