"""The immutable data that passes between the stages, checked on creation."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from colorquant.arrays import freeze, require_array, require_uint8
from colorquant.bounded import Bounded
from colorquant.choices import Level
from colorquant.errors import InvalidInputError, counted
from colorquant.metadata import Metadata
from colorquant.palette import Palette

if TYPE_CHECKING:
    from colorquant.images.pillow import PillowImage
    from colorquant.storage.places import PlaceLike

__all__ = [
    "IndexedImage",
    "Labels",
    "Metrics",
    "Raster",
    "Result",
    "Step",
]


Labels = NDArray[np.uint8] | NDArray[np.uint16]
"""Indices into a palette; uint8 for palettes of up to 256 colors."""


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
        require_uint8("pixels", self.pixels)
        if self.pixels.ndim != 3 or self.pixels.shape[2] not in (3, 4) or not self.pixels.size:
            raise InvalidInputError(
                f"pixels must be (H, W, 3) or (H, W, 4) and not empty, not {self.pixels.shape}"
            )
        freeze(self, "pixels")

    def __repr__(self) -> str:
        height, width, channels = self.pixels.shape
        return f"<Raster: {width}x{height}, {'RGBA' if channels == 4 else 'RGB'}>"


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

    Examples
    --------
    >>> import numpy as np
    >>> from colorquant import IndexedImage, Palette
    >>> IndexedImage(np.array([[1, 0]], np.uint8), Palette.from_hex(["black", "white"])).pixels()
    array([[[255, 255, 255],
            [  0,   0,   0]]], dtype=uint8)
    """

    indices: Labels
    palette: Palette

    def __post_init__(self) -> None:
        if not isinstance(self.palette, Palette):
            raise InvalidInputError(f"palette must be a Palette, not {type(self.palette).__name__}")
        k = len(self.palette)
        require_array("indices", self.indices)
        expected = index_type(k)
        if self.indices.ndim != 2 or not self.indices.size or self.indices.dtype != expected:
            raise InvalidInputError(f"indices must be (H, W), {expected} and not empty")
        if self.indices.max() >= k:
            raise InvalidInputError(f"indices must be below {k}, as many as the palette has colors")
        freeze(self, "indices")

    def __repr__(self) -> str:
        height, width = self.indices.shape
        return f"<IndexedImage: {width}x{height}, {counted(len(self.palette), 'color')}>"

    def pixels(self) -> NDArray[np.uint8]:
        """Return the image in true color, (H, W, 3 or 4), uint8."""
        return self.palette.colors[self.indices]

    def to_pil(self) -> "PillowImage":
        """Return a Pillow image.

        Returns
        -------
        PIL.Image.Image
            Of mode P, with the palette and its transparency. With more than 256 colors, of mode
            RGB, or RGBA with alpha.
        """
        from colorquant.images.pillow import as_pillow

        return as_pillow(self)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The error of a result against its source.

    Parameters
    ----------
    mse : float
        Mean over pixels and over R, G, B of the squared difference, in 8-bit units. With
        alpha, the mean of the errors over black and over white.

    Examples
    --------
    >>> from colorquant import Metrics
    >>> Metrics(mse=65.025).psnr
    30.0
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
    metadata : Metadata
        What the source told beside its pixels; `save` writes what a format can hold.
    """

    indexed: IndexedImage
    metrics: Metrics
    source_colors: int
    history: tuple[Step, ...]
    seconds: dict[str, float]
    bounded: Bounded | None = None
    metadata: Metadata = field(default_factory=Metadata)

    def __repr__(self) -> str:
        height, width = self.indexed.indices.shape
        colors = f"{self.source_colors:,} -> {counted(len(self.palette), 'color')}"
        return f"<Result: {width}x{height}, {colors}, MSE {self.metrics.mse:.2f}>"

    @property
    def palette(self) -> Palette:
        """The palette of the indexed image."""
        return self.indexed.palette

    @property
    def image(self) -> "PillowImage":
        """The image as Pillow's, see `IndexedImage.to_pil`."""
        return self.indexed.to_pil()

    def save(
        self,
        place: "PlaceLike | BinaryIO",
        *,
        format: str | None = None,  # noqa: A002
        force: bool = False,
        optimize: Level | None = None,
    ) -> None:
        """Write the image to a file, by the encoders of the command.

        Colors of another profile than sRGB are converted where the format has no place for it.

        Parameters
        ----------
        place : path, URL or binary file
            The extension of a name chooses the format; a stream gets PNG.
        format : str, optional
            Name of the format, instead.
        force : bool
            Whether an existing file is replaced.
        optimize : int or "max", optional
            As in `WritingOptions`.

        Raises
        ------
        InvalidInputError
            If the format cannot hold the colors or their alpha.
        ImageWriteError
            If the file cannot be written.
        MissingExtraError
            If a URL or ``optimize`` needs a package that is not installed.
        """
        from colorquant.pipeline.saving import save_image
        from colorquant.writing import WritingOptions

        how = WritingOptions(format=format, force=force, optimize=optimize)
        save_image(self.indexed, self.metadata, place, how)

    def _repr_png_(self) -> bytes:
        from colorquant.report.notebook import image_png

        return image_png(self.indexed)

    def _repr_html_(self) -> str:
        from colorquant.report.notebook import result_html

        return result_html(self)

    @property
    def lossless(self) -> bool:
        """Whether every pixel kept its color."""
        return self.metrics.mse == 0


def index_type(k: int) -> np.dtype[np.uint8] | np.dtype[np.uint16]:
    """Return the smallest dtype that holds the indices of k colors."""
    return np.dtype(np.uint8) if k <= 256 else np.dtype(np.uint16)
