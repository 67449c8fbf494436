"""Make small clips for the tests."""

from pathlib import Path

import av
import numpy as np


def clip_bytes(path: Path, *, num_frames: int = 25, fps: int = 25, width_px: int = 90, height_px: int = 160) -> bytes:
    """Write a grey ramp as H.264 to `path` and return its bytes."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        for index in range(num_frames):
            picture = np.full((height_px, width_px, 3), index * 255 // num_frames, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path.read_bytes()
