"""Tell when something happens that happens at no other time: a bird crosses, the light goes out. Pure.

Motion energy is the mean of the whole picture: a small thing that passes once hardly lifts it, while what moves all the time takes the
keyframes. So each cell of a coarse grid is held against its own usual change. Measured on 200 clips whose event lasts half a second
(LOG.md): the event is in one of eight keyframes in .97, by motion alone in .83; in one of four .92 and .57.

Shape suffixes: P pairs of samples that follow each other, R rows, C columns of the grid.
"""

import cv2
import numpy as np
import numpy.typing as npt

CELLS_AT_MOST = 16  # along the longer side
USUAL_SPREADS = 2.0  # spreads above the usual from where on a change surprises
LEAST_SPREAD = 0.5  # of the mean change of the whole video: in a cell where nothing ever moves, noise is no event

Change = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


def change_of(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> Change:
    """Return the mean absolute change of luma of each cell [R, C], of 1, between two pictures [H, W] of one size."""
    height_px, width_px = before.shape
    cell_px = max(height_px, width_px) / CELLS_AT_MOST
    size = (max(1, round(width_px / cell_px)), max(1, round(height_px / cell_px)))
    cells_RC = cv2.resize(cv2.absdiff(before, after), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cells_RC, dtype=np.float32) / np.float32(255)


def surprises(change_PRC: Change, is_cut: npt.NDArray[np.bool_]) -> Floats:
    """Return how much each step surprises [P], >= 0: what goes beyond the cells' usual, in spreads, meaned and squared; 0 over a cut.

    Squared, one event outweighs many small returns of what is nearly usual (the event in one of two keyframes: .39 against .30). Usual and
    spread are a cell's mean and standard deviation over the video: medians would call each return of what swings through a cell a surprise
    (in one of four keyframes: .78 against .91).
    """
    rest_PRC = change_PRC[~is_cut]
    if not len(rest_PRC) or not rest_PRC.any():
        return np.zeros(len(change_PRC))
    spread_RC = rest_PRC.std(axis=0) + LEAST_SPREAD * rest_PRC.mean()
    beyond_PRC = np.clip((change_PRC - rest_PRC.mean(axis=0)) / spread_RC - USUAL_SPREADS, 0, None)
    return np.where(is_cut, 0.0, beyond_PRC.mean(axis=(1, 2), dtype=np.float64) ** 2)
