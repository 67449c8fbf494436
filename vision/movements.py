"""Name the numbers that say how a keyframe moves (vision/camera.py measures them). Pure, and loads nothing."""

MOVEMENTS = ("pan right", "pan down", "zoom", "turn", "subject")
NUM_MOVEMENTS = len(MOVEMENTS)
