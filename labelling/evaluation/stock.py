"""Get the clips of the study: fewer than the trial of tastes takes, so that a laptop renders them in half an hour."""

from pathlib import Path

from vision.clip.data import scenes_digest
from vision.clip.encoder import BundledEncoder
from vision.clip.taste_trial import Catalogue, catalogue
from vision.clip.temporal_head import TemporalHead

CLIPS = {16: 1000, 14: 500, 17: 300}  # to tune on, to choose the step by, to report on


def stock_of(folder: Path) -> tuple[Catalogue, TemporalHead]:
    """Return the clips, rendered or read back from the folder, and the shipped head that is tuned."""
    encoder = BundledEncoder()
    return catalogue(folder / f"clips-{scenes_digest()}", encoder, CLIPS), encoder.head
