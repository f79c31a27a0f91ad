"""What a gallery shows of one image: previews, figures, palette and lost colors."""

import re
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

from colorquant.bounded import LostColor

__all__ = ["KINDS", "MARK", "NAME", "Entry", "Figures", "Loss", "Picture", "Shot"]

MARK = ".colorquant-gallery"
"""Name of a file that tells that a folder is one of previews."""

KINDS = {
    "image/webp": "webp",
    "image/png": "png",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/jpeg": "jpg",
}
"""Extensions of previews by their media types."""

NAME = re.compile(rf"[0-9a-f]{{24}}\.({'|'.join(KINDS.values())})")
"""Names of previews: digits of their contents, so that none replaces another file."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A preview.

    Parameters
    ----------
    data : bytes
        A picture file; empty if it is stored elsewhere.
    media : str
        Media type.
    width, height : int
    stored : str
        The relative URL of the file that holds it; empty if it is in ``data``.
    """

    data: bytes
    media: str
    width: int
    height: int
    stored: str = ""


class Figures(NamedTuple):
    """How far a picture is from its source."""

    mse: float
    """Mean squared error of R, G and B, 0 to 255."""
    psnr: float
    """In dB; infinite for equal images."""
    delta_e: float
    """Mean CIEDE2000."""
    delta_e_p95: float
    """CIEDE2000 that 95 % of the pixels do not exceed."""
    ssim: float | None
    sampled: bool = False
    """Whether CIEDE2000 and SSIM are those of some rows, spread over the image."""


class Loss(NamedTuple):
    """A lost color, and what is there now."""

    lost: LostColor
    now: tuple[int, ...]
    """R, G, B and, if there is alpha, alpha of the color that most pixels of its area have."""
    delta_e: float
    """CIEDE2000 of both."""

    @property
    def weight(self) -> float:
        """How visibly it is gone: by how much it changed, and over how large a side."""
        return self.delta_e * sqrt(self.lost.pixels)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image before and after, as a worker makes it.

    Parameters
    ----------
    shots : dict of str to Shot
        ``before`` and ``after``; ``thumb_before`` and ``thumb``, small; ``map``, where the two
        differ; ``detail_before`` and ``detail``, a part with exact pixels if the others are
        averages. Any may be missing.
    size : tuple of int
        Width and height of the image in pixels.
    side : int
        Side of the blocks whose averages ``before`` and ``after`` show; 1 if they are exact.
    detail : tuple of int
        Left and top of the part.
    worst : tuple of int, optional
        The pixel around which the images differ most.
    clear : bool
        Whether some pixels are transparent.
    full : float
        The CIEDE2000 at the end of the map's scale.
    frames : int
    bytes : tuple of int or None
        Sizes of both files.
    colors : tuple of int or None
        Numbers of colors of both.
    palette : tuple of str
        Hexadecimal digits of the colors.
    counts : tuple of int
        Pixels of each; empty if they are not known.
    lost : tuple of Loss, optional
        Those first that are most visibly gone. None if they were not looked for.
    figures : Figures, optional
    of_first : bool
        Whether all figures and numbers of colors are those of the first of several frames.
    notes : tuple of str
    """

    shots: dict[str, Shot]
    size: tuple[int, int]
    side: int = 1
    detail: tuple[int, int] = (0, 0)
    worst: tuple[int, int] | None = None
    clear: bool = False
    full: float = 0.0
    frames: int = 1
    bytes: tuple[int | None, int | None] = (None, None)
    colors: tuple[int | None, int | None] = (None, None)
    palette: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    lost: tuple[Loss, ...] | None = None
    figures: Figures | None = None
    of_first: bool = False
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture of a gallery, with its name and what became of it.

    Parameters
    ----------
    name : str
        As it is shown; any text.
    status : str
        ``"done"``, ``"kept"``, ``"skipped"``, ``"missed"``, ``"failed"`` or ``"compared"``.
    message : str
        An error or a missed bound, else empty.
    picture : Picture, optional
    links : tuple of str
        Relative URLs of source and output; empty ones are not known.
    """

    name: str
    status: str
    message: str = ""
    picture: Picture | None = None
    links: tuple[str, str] = ("", "")
