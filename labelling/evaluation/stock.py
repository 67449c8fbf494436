"""Get the clips of the study: fewer than the trial of tastes takes, so that a laptop renders them in half an hour."""

from pathlib import Path

from vision.clip.data import scenes_digest
from vision.clip.encoder import BundledEncoder
from vision.clip.taste_trial import FEW_CLIPS, Catalogue, catalogue
from vision.clip.temporal_head import TemporalHead


def stock_of(folder: Path) -> tuple[Catalogue, TemporalHead]:
    """Return the clips, rendered or read back from the folder, and the shipped head that is tuned."""
    encoder = BundledEncoder()
    return catalogue(folder / f"clips-{scenes_digest()}", encoder, FEW_CLIPS), encoder.head
