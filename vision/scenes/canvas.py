"""Draw antialiased shapes, glows and cached layers on a frame in design units.

Design space: x in [0, 1] to the right, y in [0, H = 16/9] downwards, whatever the frame's size in pixels. A frame of another
shape shows the centre ("cover"), so a 112x112 frame sees y in [0.39, 1.39]: keep the subject there.
Colours are RGB tuples 0..255. Images are uint8 HWC RGB; layers are RGBA with premultiplied alpha.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from .falloff import Image, dithered, finish_mask, glow_mask, kernel
from .palette import Colour

Floats = npt.NDArray[np.float64]
Points = Sequence[tuple[float, float]] | Sequence[npt.NDArray[np.floating]] | npt.NDArray[np.floating]

H = 16 / 9
"""Height of design space; its width is 1."""
MARGIN = 0.16
"""How far a layer reaches beyond the frame, in design units; cameras stay within it at depth <= 1.5."""
LEFT, RIGHT, TOP, BOTTOM = -MARGIN, 1 + MARGIN, -MARGIN, H + MARGIN

_SHIFT = 4
_SUB = 1 << _SHIFT
_AA = cv2.LINE_AA
_RAMP = np.linspace(0, 1, 256, dtype=np.float32)[:, None]


@dataclass(frozen=True)
class View:
    """Say where the camera looks: zoom >= 1 about the centre, then a shift in design units."""

    zoom: float = 1.0
    dx: float = 0.0
    dy: float = 0.0


@dataclass
class Layer:
    """Hold a pre-drawn picture and its mapping design -> pixels (px = x * scale + origin)."""

    img: Image
    scale: float
    ox: float
    oy: float
    opaque: bool
    cached_key: tuple[float, ...] = ()
    cached: Image | None = None
    bounds: tuple[int, int, int, int] = field(default=(0, 0, 0, 0))


class Canvas:
    """Draw on one reused frame through a camera; every method takes design units."""

    def __init__(self, width_px: int, height_px: int) -> None:
        """Make a black frame of the given size in pixels."""
        self.img: Image = np.zeros((height_px, width_px, 3), np.uint8)
        self.base = max(width_px, height_px / H)
        self.base_ox = (width_px - self.base) / 2
        self.base_oy = (height_px - self.base * H) / 2
        self.view = View()
        self.scale = self.base
        self.ox, self.oy = self.base_ox, self.base_oy

    # ---- camera -------------------------------------------------------------------------------------------------
    def look(self, view: View) -> None:
        """Point the camera and return to depth 1."""
        self.view = view
        self.depth(1.0)

    def depth(self, depth: float) -> Canvas:
        """Draw what follows at a distance: 0 is at infinity (never moves), 1 the subject, up to 1.5 nearer than it."""
        zoom = 1 + (self.view.zoom - 1) * depth
        self.scale = self.base * zoom
        self.ox = self.base_ox + self.base * (0.5 * (1 - zoom) + self.view.dx * depth)
        self.oy = self.base_oy + self.base * (H / 2 * (1 - zoom) + self.view.dy * depth)
        return self

    # ---- mapping ------------------------------------------------------------------------------------------------
    def _points(self, points: Points) -> npt.NDArray[np.int32]:
        """Map points [..., 2] to fixed-point pixels."""
        p = np.asarray(points, np.float64) * self.scale
        p += (self.ox - 0.5, self.oy - 0.5)
        p *= _SUB
        return np.rint(p).astype(np.int32)

    def _fixed(self, x: float, y: float) -> tuple[int, int]:
        return round((x * self.scale + self.ox - 0.5) * _SUB), round((y * self.scale + self.oy - 0.5) * _SUB)

    def _colour(self, colour: Colour) -> tuple[float, ...]:
        return (*colour, 255.0) if self.img.shape[2] == 4 else colour

    def _blend(self, box: tuple[float, float, float, float], alpha: float, paint: Callable[[Canvas], None]) -> None:
        """Paint through a copy of the box (x0, y0, x1, y1 in design units) and mix it in with alpha 0..1."""
        height, width = self.img.shape[:2]
        x0, y0 = max(0, int(box[0] * self.scale + self.ox) - 2), max(0, int(box[1] * self.scale + self.oy) - 2)
        x1 = min(width, int(box[2] * self.scale + self.ox) + 3)
        y1 = min(height, int(box[3] * self.scale + self.oy) + 3)
        if x1 <= x0 or y1 <= y0 or alpha <= 0.004:
            return
        whole, ox, oy = self.img, self.ox, self.oy
        roi = whole[y0:y1, x0:x1]
        self.img, self.ox, self.oy = roi.copy(), ox - x0, oy - y0
        try:
            paint(self)
            roi[:] = cv2.addWeighted(self.img, alpha, roi, 1 - alpha, 0)
        finally:
            self.img, self.ox, self.oy = whole, ox, oy

    # ---- shapes -------------------------------------------------------------------------------------------------
    def fill(self, colour: Colour) -> None:
        """Fill the whole frame."""
        self.img[:] = self._colour(colour)

    def poly(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a polygon [N, 2]."""
        if alpha < 0.995:
            p = np.asarray(points)
            (x0, y0), (x1, y1) = p.min(axis=0), p.max(axis=0)
            self._blend((x0, y0, x1, y1), alpha, lambda c: c.poly(points, colour))
            return
        cv2.fillPoly(self.img, [self._points(points)], self._colour(colour), _AA, _SHIFT)

    def polys(self, many: npt.NDArray[np.floating] | Sequence[Points], colour: Colour, alpha: float = 1.0) -> None:
        """Fill many polygons of one colour at once ([N, K, 2] or a list); where they overlap, they stay filled."""
        if alpha < 0.995:
            flat = np.concatenate([np.asarray(p).reshape(-1, 2) for p in many])
            (x0, y0), (x1, y1) = flat.min(axis=0), flat.max(axis=0)
            self._blend((x0, y0, x1, y1), alpha, lambda c: c.polys(many, colour))
            return
        ink = self._colour(colour)
        for p in self._points(many) if isinstance(many, np.ndarray) else [self._points(q) for q in many]:
            cv2.fillConvexPoly(self.img, p, ink, _AA, _SHIFT) if len(p) <= 4 else cv2.fillPoly(
                self.img, [p], ink, _AA, _SHIFT
            )

    def rect(self, x: float, y: float, w: float, h: float, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a rectangle from its top left corner."""
        self.poly([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour, alpha)

    def round_rect(self, x: float, y: float, w: float, h: float, r: float, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a rectangle with round corners of radius r."""
        r = min(r, w / 2, h / 2)
        a = np.linspace(0, math.pi / 2, 6)
        corners = ((x + w - r, y + h - r, 0), (x + r, y + h - r, 1), (x + r, y + r, 2), (x + w - r, y + r, 3))
        parts = [
            np.stack([cx + r * np.cos(a + k * math.pi / 2), cy + r * np.sin(a + k * math.pi / 2)], axis=1)
            for cx, cy, k in corners
        ]
        self.poly(np.concatenate(parts), colour, alpha)

    def circle(self, x: float, y: float, r: float, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a disc."""
        if alpha < 0.995:
            self._blend((x - r, y - r, x + r, y + r), alpha, lambda c: c.circle(x, y, r, colour))
            return
        cv2.circle(self.img, self._fixed(x, y), round(r * self.scale * _SUB), self._colour(colour), -1, _AA, _SHIFT)

    def ring(self, x: float, y: float, r: float, width: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a circle's outline."""
        self.arc(x, y, r, r, 0, 360, width, colour, alpha=alpha)

    def dots(self, xy: npt.NDArray[np.floating], r: float | npt.NDArray[np.floating], colour: Colour) -> None:
        """Fill many small discs [N, 2] of one colour; r is one radius or [N]."""
        ink = self._colour(colour)
        points, r_px = np.asarray(xy, np.float64), np.broadcast_to(r, len(xy)) * self.scale
        small = r_px < 2.2
        if small.any():
            self.specks(points[small], r_px[small] / self.scale, colour)
        radii = np.rint(r_px[~small] * _SUB).astype(int).tolist()
        for (px, py), radius in zip(self._points(points[~small]).tolist(), radii, strict=True):
            cv2.circle(self.img, (px, py), radius, ink, -1, _AA, _SHIFT)

    def specks(self, xy: Floats, r: Floats, colour: Colour, alpha: float | Floats = 1.0) -> None:
        """Blend discs [N, 2] of a pixel or two by their coverage, because OpenCV draws such small ones as diamonds."""
        r_px, ink = r * self.scale, self._colour(colour)
        at = xy * self.scale + (self.ox - 0.5, self.oy - 0.5)
        base = np.floor(at).astype(np.int64)
        step = np.arange(-2, 4)
        px = np.broadcast_to(base[:, 0, None, None] + step[None, None, :], (len(at), 6, 6))
        py = np.broadcast_to(base[:, 1, None, None] + step[None, :, None], (len(at), 6, 6))
        away = np.hypot(px - at[:, 0, None, None], py - at[:, 1, None, None])
        radius = np.maximum(r_px, 0.6)[:, None, None]
        share = np.clip(radius + 0.5 - away, 0, 1) * (np.minimum(1, 0.4 + r_px) * alpha)[:, None, None]
        height, width = self.img.shape[:2]
        keep = (share > 0.02) & (px >= 0) & (px < width) & (py >= 0) & (py < height)
        x, y, share = px[keep], py[keep], share[keep][:, None].astype(np.float32)
        old = self.img[y, x].astype(np.float32)
        self.img[y, x] = (old + (np.array(ink, np.float32) - old) * share + 0.5).astype(np.uint8)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, *, angle_deg: float = 0.0, alpha: float = 1.0
    ) -> None:
        """Fill an ellipse, turned clockwise by an angle."""
        r = max(rx, ry)
        if alpha < 0.995:
            self._blend(
                (x - r, y - r, x + r, y + r), alpha, lambda c: c.ellipse(x, y, rx, ry, colour, angle_deg=angle_deg)
            )
            return
        axes = (max(1, round(rx * self.scale * _SUB)), max(1, round(ry * self.scale * _SUB)))
        cv2.ellipse(self.img, self._fixed(x, y), axes, angle_deg, 0, 360, self._colour(colour), -1, _AA, _SHIFT)

    def arc(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start_deg: float,
        end_deg: float,
        width: float,
        colour: Colour,
        *,
        alpha: float = 1.0,
    ) -> None:
        """Draw part of an ellipse's outline, clockwise from the right."""
        n = max(8, int(abs(end_deg - start_deg) / 360 * max(24, max(rx, ry) * self.scale * 0.5)))
        a = np.radians(np.linspace(start_deg, end_deg, n))
        self.line(np.stack([x + rx * np.cos(a), y + ry * np.sin(a)], axis=1), width, colour, alpha=alpha)

    def line(self, points: Points, width: float, colour: Colour, *, alpha: float = 1.0, closed: bool = False) -> None:
        """Draw a polyline [N, 2] with round ends; hair lines thinner than a pixel fade instead."""
        thick_px = width * self.scale
        alpha *= min(1.0, 0.25 + thick_px * 0.75)
        if alpha < 0.97:
            p = np.asarray(points)
            (x0, y0), (x1, y1) = p.min(axis=0) - width, p.max(axis=0) + width
            self._blend((x0, y0, x1, y1), alpha, lambda c: c._stroke([points], width, colour, closed))
            return
        self._stroke([points], width, colour, closed)

    def lines(
        self, many: npt.NDArray[np.floating] | Sequence[Points], width: float, colour: Colour, *, alpha: float = 1.0
    ) -> None:
        """Draw many polylines of one colour and width ([N, K, 2] or a list) in one go: rain, grass, hatching."""
        if len(many) == 0:
            return
        alpha *= min(1.0, 0.25 + width * self.scale * 0.75)
        if alpha < 0.97:
            flat = np.concatenate([np.asarray(p).reshape(-1, 2) for p in many])
            (x0, y0), (x1, y1) = flat.min(axis=0) - width, flat.max(axis=0) + width
            self._blend((x0, y0, x1, y1), alpha, lambda c: c._stroke(many, width, colour))
            return
        self._stroke(many, width, colour)

    def _stroke(
        self,
        many: npt.NDArray[np.floating] | Sequence[Points],
        width: float,
        colour: Colour,
        closed: bool = False,
    ) -> None:
        thick_px = max(1, round(width * self.scale))
        fixed = list(self._points(many)) if isinstance(many, np.ndarray) else [self._points(p) for p in many]
        cv2.polylines(self.img, fixed, closed, self._colour(colour), thick_px, _AA, _SHIFT)

    # ---- light --------------------------------------------------------------------------------------------------
    def glow(self, x: float, y: float, r: float, colour: Colour, strength: float = 1.0) -> None:
        """Screen a soft round light of radius r onto the frame (strength 0..1)."""
        r_px = max(1, round(r * self.scale))
        r_px -= r_px % (r_px // 24 + 1)  # few sizes, so that a zooming camera finds its masks made
        cx, cy = round(x * self.scale + self.ox - 0.5), round(y * self.scale + self.oy - 0.5)
        height, width = self.img.shape[:2]
        x0, y0, x1, y1 = max(0, cx - r_px), max(0, cy - r_px), min(width, cx + r_px + 1), min(height, cy + r_px + 1)
        if x1 <= x0 or y1 <= y0 or strength <= 0.004:
            return
        mask = glow_mask(r_px)[y0 - cy + r_px : y1 - cy + r_px, x0 - cx + r_px : x1 - cx + r_px]
        ink = np.array(colour, np.float32) * min(1.0, strength)
        table = (255.5 - _RAMP * ink).astype(np.uint8)[None]
        roi = self.img[y0:y1, x0:x1, :3]
        roi[:] = cv2.bitwise_not(cv2.multiply(cv2.bitwise_not(roi), cv2.LUT(mask, table), scale=1 / 255))

    def soft(self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float = 1.0) -> None:
        """Mix in a soft-edged ellipse (mist, shadow, haze). On a transparent layer it needs `layer(opaque=False)`."""
        height, width = self.img.shape[:2]
        left, top = (x - rx) * self.scale + self.ox, (y - ry) * self.scale + self.oy
        w_px, h_px = 2 * rx * self.scale, 2 * ry * self.scale
        x0, y0 = max(0, int(left)), max(0, int(top))
        x1, y1 = min(width, int(left + w_px) + 1), min(height, int(top + h_px) + 1)
        if x1 <= x0 or y1 <= y0 or w_px < 1 or h_px < 1 or alpha <= 0.004:
            return
        to_kernel = np.array(
            [[128 / w_px, 0, (x0 - left) * 128 / w_px], [0, 128 / h_px, (y0 - top) * 128 / h_px]], np.float32
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        mask = cv2.warpAffine(kernel(), to_kernel, (x1 - x0, y1 - y0), flags=flags) * np.float32(alpha)
        roi = self.img[y0:y1, x0:x1]
        ink = np.empty_like(roi)
        ink[:] = self._colour(colour)
        roi[:] = cv2.blendLinear(np.ascontiguousarray(roi), ink, 1 - mask, mask)

    def tint(self, colour: Colour, alpha: float) -> None:
        """Mix one colour into the whole frame (a flash, a fade, haze)."""
        if alpha > 0.004:
            ink = np.empty_like(self.img)
            ink[:] = self._colour(colour)
            self.img[:] = cv2.addWeighted(ink, alpha, self.img, 1 - alpha, 0)

    def gradient(self, stops: Sequence[Colour], y0: float = TOP, y1: float = BOTTOM) -> None:
        """Paint the rows from y0 down with evenly spaced stops, the last one also below y1. Slow: inside a layer."""
        height = self.img.shape[0]
        rows = (np.arange(height) + 0.5 - self.oy) / self.scale
        inside = np.flatnonzero(rows >= y0)
        if inside.size == 0:
            return
        where = (rows[inside] - y0) / max(y1 - y0, 1e-6) * (len(stops) - 1)
        table = np.array(stops, np.float32)
        strip = np.stack([np.interp(where, np.arange(len(stops)), table[:, k]) for k in range(3)], axis=1)
        block = np.broadcast_to(strip[:, None, :], (inside.size, self.img.shape[1], 3))
        self.img[inside[0] : inside[-1] + 1, :, :3] = dithered(block - 0.5)
        if self.img.shape[2] == 4:
            self.img[inside[0] : inside[-1] + 1, :, 3] = 255

    def radial(self, x: float, y: float, r: float, inner: Colour, outer: Colour) -> None:
        """Paint the whole frame from inner (at x, y) to outer (at distance r). Slow: inside a layer."""
        height, width = self.img.shape[:2]
        dx = (np.arange(width, dtype=np.float32) + 0.5 - self.ox) / self.scale - x
        dy = (np.arange(height, dtype=np.float32) + 0.5 - self.oy) / self.scale - y
        f = np.clip(np.sqrt(dx[None, :] ** 2 + dy[:, None] ** 2) / r, 0, 1)
        f = (f * f * (3 - 2 * f))[:, :, None]
        self.img[:, :, :3] = dithered(np.array(inner, np.float32) * (1 - f) + np.array(outer, np.float32) * f - 0.5)
        if self.img.shape[2] == 4:
            self.img[:, :, 3] = 255

    def blur(self, r: float) -> None:
        """Blur the whole picture by a radius. Slow: inside a layer."""
        self.img[:] = cv2.GaussianBlur(self.img, (0, 0), max(0.3, r * self.scale))

    # ---- layers -------------------------------------------------------------------------------------------------
    def layer(
        self, paint: Callable[[Canvas], None], *, opaque: bool = True, margin: float = MARGIN, right: float = 0.0
    ) -> Layer:
        """Draw once, stamp often: the visible window plus a margin on all sides (and `right` more to the right)."""
        height, width = self.img.shape[:2]
        pad = math.ceil(margin * self.base)
        extra = math.ceil(right * self.base)
        origin = (self.base_ox + pad, self.base_oy + pad)
        return self._make(paint, (width + 2 * pad + extra, height + 2 * pad), origin, self.base, opaque)

    def sprite(self, paint: Callable[[Canvas], None], w: float, h: float, *, detail: float = 1.5) -> Layer:
        """Draw a small transparent picture about (0, 0), x in +-w/2 and y in +-h/2, to stamp anywhere."""
        scale = self.base * detail
        size = (math.ceil(w * scale) + 4, math.ceil(h * scale) + 4)
        return self._make(paint, size, (size[0] / 2, size[1] / 2), scale, opaque=False)

    @staticmethod
    def _make(
        paint: Callable[[Canvas], None],
        size: tuple[int, int],
        origin: tuple[float, float],
        scale: float,
        opaque: bool,
    ) -> Layer:
        sub = Canvas(*size)
        sub.base = sub.scale = scale
        sub.base_ox, sub.base_oy = sub.ox, sub.oy = origin
        if not opaque:
            sub.img = np.zeros((size[1], size[0], 4), np.uint8)
        paint(sub)
        made = Layer(sub.img, scale, origin[0], origin[1], opaque)
        made.bounds = (0, 0, size[0], size[1])
        if not opaque:
            x, y, w, h = cv2.boundingRect(np.ascontiguousarray(sub.img[:, :, 3]))
            made.img = np.ascontiguousarray(sub.img[y : y + h, x : x + w])
            made.ox, made.oy, made.bounds = origin[0] - x, origin[1] - y, (0, 0, w, h)
        return made

    def stamp(
        self,
        layer: Layer,
        x: float = 0.0,
        y: float = 0.0,
        *,
        scale: float | tuple[float, float] = 1.0,
        angle_deg: float = 0.0,
        alpha: float = 1.0,
    ) -> None:
        """Put a layer down, turned clockwise and scaled about its own (0, 0), which lands at (x, y). (-1, 1) mirrors."""
        sx, sy = scale if isinstance(scale, tuple) else (scale, scale)
        if layer.img.size == 0 or sx == 0 or sy == 0:
            return
        key = (x, y, sx, sy, angle_deg, self.scale, self.ox, self.oy, *self.img.shape)
        if layer.opaque:
            if key != layer.cached_key or layer.cached is None:
                matrix = self._matrix(layer, x, y, sx, sy, angle_deg)
                size = (self.img.shape[1], self.img.shape[0])
                layer.cached = cv2.warpAffine(
                    layer.img, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                )
                layer.cached_key = key
            self.img[:, :, :3] = layer.cached
            if self.img.shape[2] == 4:
                self.img[:, :, 3] = 255
            return
        self._composite(layer, self._matrix(layer, x, y, sx, sy, angle_deg), alpha)

    def _matrix(self, layer: Layer, x: float, y: float, sx: float, sy: float, angle_deg: float) -> Floats:
        """Return the 2x3 map from the layer's pixels to the frame's."""
        a = math.radians(angle_deg)
        k = self.scale / layer.scale
        m00, m01 = k * sx * math.cos(a), -k * sy * math.sin(a)
        m10, m11 = k * sx * math.sin(a), k * sy * math.cos(a)
        cx, cy = layer.ox - 0.5, layer.oy - 0.5
        tx, ty = x * self.scale + self.ox - 0.5, y * self.scale + self.oy - 0.5
        return np.array([[m00, m01, tx - m00 * cx - m01 * cy], [m10, m11, ty - m10 * cx - m11 * cy]])

    def _composite(self, layer: Layer, matrix: Floats, alpha: float) -> None:
        """Warp a premultiplied layer into the part of the frame that it reaches and lay it over."""
        height, width = self.img.shape[:2]
        w, h = layer.bounds[2:]
        corners = np.array([[0, 0, 1], [w, 0, 1], [0, h, 1], [w, h, 1]]) @ matrix.T
        (fx0, fy0), (fx1, fy1) = corners.min(axis=0), corners.max(axis=0)
        x0, y0 = max(0, math.floor(fx0) - 1), max(0, math.floor(fy0) - 1)
        x1, y1 = min(width, math.ceil(fx1) + 1), min(height, math.ceil(fy1) + 1)
        if x1 <= x0 or y1 <= y0:
            return
        moved = matrix - np.array([[0, 0, x0], [0, 0, y0]])
        shrink = abs(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]) < 0.2
        flags = cv2.INTER_AREA if shrink else cv2.INTER_LINEAR
        src = cv2.warpAffine(layer.img, moved, (x1 - x0, y1 - y0), flags=flags, borderMode=cv2.BORDER_CONSTANT)
        if alpha < 0.995:
            src = cv2.convertScaleAbs(src, alpha=max(0.0, alpha))
        roi = self.img[y0:y1, x0:x1]
        inverse = cv2.bitwise_not(cv2.extractChannel(src, 3))
        if self.img.shape[2] == 4:
            roi[:] = cv2.add(cv2.multiply(roi, cv2.merge([inverse] * 4), scale=1 / 255), src)
            return
        over = cv2.cvtColor(src, cv2.COLOR_RGBA2RGB)
        roi[:] = cv2.add(cv2.multiply(roi, cv2.cvtColor(inverse, cv2.COLOR_GRAY2RGB), scale=1 / 255), over)

    # ---- whole-frame effects ------------------------------------------------------------------------------------
    def mirror(
        self,
        y: float,
        t_s: float,
        tint: Colour,
        *,
        mix: float = 0.45,
        ripple: float = 0.012,
        squash: float = 1.0,
        bottom: float = BOTTOM,
    ) -> None:
        """Fill the water from y to bottom with a rippling reflection of what stands above, tinted (mix 0..1)."""
        height, width = self.img.shape[:2]
        line = round(y * self.scale + self.oy)
        end = min(height, round(bottom * self.scale + self.oy))
        if line <= 0 or end <= max(line, 0) or line >= height:
            return
        rows = np.arange(end - line, dtype=np.float32)
        depth = rows / self.scale
        wave = np.sin(depth * 95 / (1 + depth * 2.2) - t_s * 3.1) + 0.6 * np.sin(depth * 41 + t_s * 2.0)
        shift = (ripple * self.scale) * wave * (0.25 + depth * 2.4)
        source = line - 1 - rows / squash + shift * 0.6
        map_x = np.arange(width, dtype=np.float32)[None, :] + shift[:, None]
        map_y = np.broadcast_to(np.clip(source, 0, line - 1)[:, None], map_x.shape)
        seen = cv2.remap(
            self.img[:line],
            map_x.astype(np.float32),
            map_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        ink = np.empty_like(seen)
        ink[:] = self._colour(tint)
        self.img[line:end] = cv2.addWeighted(ink, mix, seen, 1 - mix, 0)

    def screen(self, coarse: npt.NDArray[np.floating]) -> None:
        """Screen a coarse float picture [h, w, 3] in 0..255, stretched over the whole frame (aurora, caustics)."""
        small = coarse.clip(0, 255).astype(np.uint8)
        light = cv2.resize(small, (self.img.shape[1], self.img.shape[0]), interpolation=cv2.INTER_CUBIC)
        dark = cv2.bitwise_not(self.img)
        self.img[:] = cv2.bitwise_not(cv2.multiply(dark, cv2.bitwise_not(light), scale=1 / 255))

    def finish(self, vignette: float = 0.28) -> None:
        """Darken the corners and lay the paper grain on; the renderer calls it once a frame."""
        height, width = self.img.shape[:2]
        self.img[:] = cv2.multiply(self.img, finish_mask(width, height, round(vignette * 256)), scale=1 / 251)
