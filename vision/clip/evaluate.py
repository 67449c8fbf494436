"""`manage.py evaluate video [--part retrieval | taste | temperature]`: what the video encoder finds, and what its trainings bring.

retrieval: held-out clips by words (evaluate_retrieval.py), 7 minutes of one core. taste: pairs and recall before and after each
preference stage, next to how far people agree (evaluate_taste.py), 10 minutes of rendering, once, and a minute a seed. temperature: a
learned against a decayed one (evaluate_temperature.py), 5 minutes of rendering, once, and 4 a seed
(half a one with --keep-tower). No weights are written.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from vision.clip.data import scenes_digest
from vision.clip.encoder import BundledEncoder
from vision.clip.evaluate_retrieval import show_retrieval
from vision.clip.evaluate_taste import show_taste
from vision.clip.evaluate_temperature import show_temperature
from vision.clip.heads import with_head
from vision.clip.taste_trial import CLIPS, FEW_CLIPS, TASTE_SHARE, catalogue

PARTS = ("retrieval", "taste", "temperature")
HOME = Path(os.environ.get("TILLER_HOME", "var"))


def main(arguments: Sequence[str]) -> int:
    """Print the tables of the parts that were asked for; return 0."""
    options = _options(arguments)
    console, asked = Console(width=140), [options.part] if options.part else PARTS
    encoder = BundledEncoder()
    if options.head:
        encoder = with_head(encoder, options.head)
    rendered = options.rendered / f"clips-{scenes_digest()}"
    if options.plots:
        options.plots.mkdir(parents=True, exist_ok=True)
    if "retrieval" in asked:
        show_retrieval(console, encoder, pool=options.pool, action=options.action, clips=options.clips)
    if "taste" in asked:
        seeds = range(1, options.seeds + 1)
        clips = FEW_CLIPS if options.few else CLIPS
        stock = catalogue(rendered, encoder, clips)
        show_taste(console, stock, encoder.head, seeds=seeds, share=options.share, plots=options.plots)
    if "temperature" in asked:
        tower, seeds = encoder.tower if options.keep_tower else None, range(1, options.seeds + 1)
        show_temperature(console, rendered, seeds=seeds, plots=options.plots, tower=tower)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py evaluate video", description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="one of the three only")
    parser.add_argument("--head", type=Path, help="another temporal head for the same frame tower")
    retrieval = parser.add_argument_group("retrieval")
    retrieval.add_argument("--pool", type=int, default=500, help="captions in the pool")
    retrieval.add_argument("--action", type=int, default=320, help="clips of the action slice")
    retrieval.add_argument(
        "--clips", type=Path, default=Path("../shared/data/clips"), help="real clips with a manifest"
    )
    trials = parser.add_argument_group("taste and temperature")
    trials.add_argument("--seeds", type=int, default=5, help="people with other tastes; trainings from other weights")
    trials.add_argument(
        "--share", type=float, default=TASTE_SHARE, help="of taste in what people prefer; the rest is relevance"
    )
    trials.add_argument("--few", action="store_true", help="1,800 clips for the tastes instead of 4,700")
    trials.add_argument(
        "--keep-tower", action="store_true", help="temperature: train heads for the shipped tower alone"
    )
    trials.add_argument("--rendered", type=Path, default=HOME / "training", help="folder of rendered clips")
    trials.add_argument("--plots", type=Path, help="folder to draw taste.png and temperature.png into")
    return parser.parse_args(list(arguments))
