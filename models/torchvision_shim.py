"""Let torchvision import beside a CPU build of torch.

torchvision's compiled part does not load there (``operator torchvision::nms does not exist``), yet open_clip, timm and transformers'
image classes all import it. None of the operators is called by Tiller, so their names are enough. Import this module before
any of the three. Origin: measured on torch 2.13.0 (CPU) with torchvision 0.28.0.
"""

import importlib

import torch

_kept: list[torch.library.Library] = []  # the operators vanish with the last reference to their library


def _define_missing_operators() -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _kept.append(library)


try:
    importlib.import_module("torchvision")
except RuntimeError as error:
    if "torchvision::" not in str(error):
        raise
    _define_missing_operators()
    importlib.import_module("torchvision")
