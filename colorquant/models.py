"""The immutable data that passes between the stages, checked on creation."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from colorquant.bounded import Bounded
from colorquant.choices import MAX_COLORS
from colorquant.errors import InvalidInputError, counted
from colorquant.metadata import Metadata

__all__ = [
    "IndexedImage",
    "Labels",
    "Metrics",
    "Palette",
    "Raster",
    "Result",
    "Step",
]


Labels = NDArray[np.uint8] | NDArray[np.uint16]
"""Indices into a palette; uint8 for palettes of up to 256 colors."""

# Number of colors in the repr of a palette.
_SHOWN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """A true-color image, or a frame of one.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
        Upright; R, G, B and, with 4, straight (not premultiplied) alpha, 0-255.
    metadata : Metadata
    palette : ndarray, (m, 4), uint8, optional
        The palette of an indexed source.
    duration : float, optional
        How long the frame is shown, in milliseconds.
    exact : bool
        Whether the pixels are the source's own, not rounded or converted.
    notes : tuple of str
        How the source was read, for verbose output.
    full_size : (int, int), optional
        Height and width to which the result is to be enlarged.

    Raises
    ------
    InvalidInputError
        If the pixels have another shape or type, or there are none.
    """

    pixels: NDArray[np.uint8]
    metadata: Metadata = field(default_factory=Metadata)
    palette: NDArray[np.uint8] | None = None
    duration: float | None = None
    exact: bool = True
    notes: tuple[str, ...] = ()
    full_size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        _require_uint8("pixels", self.pixels)
        if self.pixels.ndim != 3 or self.pixels.shape[2] not in (3, 4) or not self.pixels.size:
            raise InvalidInputError(
                f"pixels must be (H, W, 3) or (H, W, 4) and not empty, not {self.pixels.shape}"
            )
        _freeze(self, "pixels")

    def __repr__(self) -> str:
        height, width, channels = self.pixels.shape
        return f"<Raster: {width}x{height}, {'RGBA' if channels == 4 else 'RGB'}>"


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The colors of an indexed image.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8
        1 to 65,536 of them; the index of a color is its row. Palettes that were found have
        different colors. Given ones may repeat some; pixels use the first of equal ones.
    counts : ndarray, (k,), int64
        Number of pixels of each color.
    names : tuple of str, optional
        Name of each color; empty for a color without one. None if no color has a name.

    Raises
    ------
    InvalidInputError
        If shapes or types differ from these.
    """

    colors: NDArray[np.uint8]
    counts: NDArray[np.int64]
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _require_uint8("colors", self.colors)
        shape = self.colors.shape
        if self.colors.ndim != 2 or shape[1] not in (3, 4) or not 1 <= shape[0] <= MAX_COLORS:
            raise InvalidInputError(f"colors must be (k, 3) or (k, 4), not {shape}")
        _require_array("counts", self.counts)
        if self.counts.shape != shape[:1] or self.counts.dtype != np.int64:
            raise InvalidInputError(f"counts must be ({shape[0]},), one a color, and int64")
        _freeze(self, "colors", "counts")
        if self.names is not None:
            names = tuple(self.names)
            if len(names) != shape[0] or not all(isinstance(name, str) for name in names):
                raise InvalidInputError(f"names must be {shape[0]} texts, one a color")
            object.__setattr__(self, "names", names if any(names) else None)

    def __len__(self) -> int:
        return len(self.colors)

    def __repr__(self) -> str:
        more = " ..." if len(self) > _SHOWN else ""
        shown = " ".join(f"#{color.tobytes().hex()}" for color in self.colors[:_SHOWN])
        return f"<Palette: {counted(len(self), 'color')}: {shown}{more}>"

    @property
    def has_alpha(self) -> bool:
        """Whether the colors have alpha."""
        return bool(self.colors.shape[1] == 4)

    @property
    def depth(self) -> int:
        """The number of bits that hold an index: 1, 2, 4, 8 or 16."""
        return next(bits for bits in (1, 2, 4, 8, 16) if len(self) <= 1 << bits)

    def hex(self) -> list[str]:
        """Return the colors as ``#rrggbb``, or ``#rrggbbaa`` with alpha."""
        return [f"#{color.tobytes().hex()}" for color in self.colors]


@dataclass(frozen=True, slots=True, eq=False)
class IndexedImage:
    """An image as indices into a palette.

    Parameters
    ----------
    indices : ndarray, (H, W), uint8 or uint16
        uint8 for palettes of up to 256 colors.
    palette : Palette

    Raises
    ------
    InvalidInputError
        If the indices have another shape or type, or point beyond the palette.
    """

    indices: Labels
    palette: Palette

    def __post_init__(self) -> None:
        if not isinstance(self.palette, Palette):
            raise InvalidInputError(f"palette must be a Palette, not {type(self.palette).__name__}")
        k = len(self.palette)
        _require_array("indices", self.indices)
        expected = index_type(k)
        if self.indices.ndim != 2 or not self.indices.size or self.indices.dtype != expected:
            raise InvalidInputError(f"indices must be (H, W), {expected} and not empty")
        if self.indices.max() >= k:
            raise InvalidInputError(f"indices must be below {k}, as many as the palette has colors")
        _freeze(self, "indices")

    def __repr__(self) -> str:
        height, width = self.indices.shape
        return f"<IndexedImage: {width}x{height}, {counted(len(self.palette), 'color')}>"

    def pixels(self) -> NDArray[np.uint8]:
        """Return the image in true color, (H, W, 3 or 4), uint8."""
        return self.palette.colors[self.indices]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The error of a result against its source.

    Parameters
    ----------
    mse : float
        Mean over pixels and over R, G, B of the squared difference, in 8-bit units. With
        alpha, the mean of the errors over black and over white.
    """

    mse: float

    @classmethod
    def of_psnr(cls, psnr: float) -> "Metrics":
        """Return the metrics of a peak signal-to-noise ratio in dB."""
        return cls(255**2 / 10 ** (psnr / 10))

    @property
    def psnr(self) -> float:
        """Peak signal-to-noise ratio in dB; infinite if nothing differs."""
        return 10 * math.log10(255**2 / self.mse) if self.mse else math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step of the engine.

    Parameters
    ----------
    stage : str
        The kind of step.
    centers : ndarray, (k, d), float64
        The centers after it; of a full pass, those that it started from.
    inertia : float
        Sum over the points of weight times squared distance to these centers.
    """

    stage: str
    centers: NDArray[np.float64]
    inertia: float

    def __repr__(self) -> str:
        centers = counted(len(self.centers), "center")
        return f"<Step: {self.stage}, {centers}, inertia {self.inertia:.6g}>"


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A quantized image, and how it was made.

    Parameters
    ----------
    indexed : IndexedImage
    metrics : Metrics
        Error of the indexed image against its source.
    source_colors : int
        Number of distinct colors in the source.
    history : tuple of Step
        The engine's steps. Centers are points of the space in which colors were compared, in
        units of its error: for opaque colors, R, G and B from 0 to 1. Empty if the source has
        no more than k colors.
    seconds : dict of str to float
        Time that each stage took.
    bounded : Bounded, optional
        What came of the bounds, if there were some.
    """

    indexed: IndexedImage
    metrics: Metrics
    source_colors: int
    history: tuple[Step, ...]
    seconds: dict[str, float]
    bounded: Bounded | None = None

    def __repr__(self) -> str:
        height, width = self.indexed.indices.shape
        colors = f"{self.source_colors:,} -> {counted(len(self.palette), 'color')}"
        return f"<Result: {width}x{height}, {colors}, MSE {self.metrics.mse:.2f}>"

    @property
    def palette(self) -> Palette:
        """The palette of the indexed image."""
        return self.indexed.palette

    @property
    def lossless(self) -> bool:
        """Whether every pixel kept its color."""
        return self.metrics.mse == 0


def index_type(k: int) -> np.dtype[np.uint8] | np.dtype[np.uint16]:
    """Return the smallest dtype that holds the indices of k colors."""
    return np.dtype(np.uint8) if k <= 256 else np.dtype(np.uint16)


def _require_array(name: str, array: Any) -> None:
    if not isinstance(array, np.ndarray):
        raise InvalidInputError(f"{name} must be an array, not {type(array).__name__}")


def _require_uint8(name: str, array: Any) -> None:
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
        found = getattr(array, "dtype", type(array).__name__)
        raise InvalidInputError(f"{name} must be an array of uint8, not {found}")


def _freeze(instance: object, *names: str) -> None:
    """Make arrays read-only by views; the caller's own arrays stay writable."""
    for name in names:
        view = getattr(instance, name).view()
        view.setflags(write=False)
        object.__setattr__(instance, name, view)
