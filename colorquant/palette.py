"""A palette: its colors, how often each is used, and its names."""

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from colorquant.arrays import freeze, require_array, require_uint8
from colorquant.checks import check_pins
from colorquant.choices import MAX_COLORS
from colorquant.errors import InvalidInputError, counted

if TYPE_CHECKING:
    from colorquant.storage.places import PlaceLike

__all__ = ["Palette"]

# Number of colors in the repr of a palette.
_SHOWN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The colors of an indexed image.

    It is a sequence of colors: tuples of R, G, B and, with alpha, alpha, 0-255. Notebooks show it
    as swatches.

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

    Examples
    --------
    >>> from colorquant import Palette
    >>> flag = Palette.from_hex(["#0055a4", "#ffffff", "#ef4135"])
    >>> flag[0]
    (0, 85, 164)
    >>> [red for red, green, blue in flag]
    [0, 255, 239]
    """

    colors: NDArray[np.uint8]
    counts: NDArray[np.int64]
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        require_uint8("colors", self.colors)
        shape = self.colors.shape
        if self.colors.ndim != 2 or shape[1] not in (3, 4) or not 1 <= shape[0] <= MAX_COLORS:
            raise InvalidInputError(f"colors must be (k, 3) or (k, 4), not {shape}")
        require_array("counts", self.counts)
        if self.counts.shape != shape[:1] or self.counts.dtype != np.int64:
            raise InvalidInputError(f"counts must be ({shape[0]},), one a color, and int64")
        freeze(self, "colors", "counts")
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

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        yield from map(tuple, self.colors.tolist())

    @overload
    def __getitem__(self, index: int) -> tuple[int, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, ...]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, ...] | list[tuple[int, ...]]:
        if isinstance(index, slice):
            return list(self)[index]
        return tuple(self.colors[operator.index(index)].tolist())

    @classmethod
    def from_hex(cls, colors: Iterable[str]) -> "Palette":
        """Return the palette of colors in hexadecimal digits, or of other colors of CSS.

        Parameters
        ----------
        colors : iterable of str
            As ``"#e63946"``, with alpha ``"#e6394680"``; the ``#`` may be left out. If one has
            alpha, all get it.

        Raises
        ------
        InvalidInputError
            If there is no color, or a text that is none.
        """
        if isinstance(colors, str) or not isinstance(colors, Iterable):
            raise InvalidInputError(f"colors must be a sequence of texts, not {colors!r}")
        found = check_pins("colors", map(_with_hash, colors))
        if not found:
            raise InvalidInputError("colors must be one or more, as a palette cannot be empty")
        return cls(np.array(found, np.uint8), np.zeros(len(found), np.int64))

    @classmethod
    def load(cls, source: "PlaceLike") -> "Palette":
        """Return a built-in palette by its name, or the palette in a file.

        Parameters
        ----------
        source : str, path or URL
            A name as ``"pico-8"``, a palette file of any known format, or an image, whose colors
            are taken. A path object is always a file.

        Raises
        ------
        ImageReadError
            If the file cannot be read, or is not a palette.
        """
        from colorquant.palettes.builtin.catalog import palette_named

        return palette_named(source)

    def save(
        self,
        place: "PlaceLike",
        *,
        format: str | None = None,  # noqa: A002
        swatch: int = 1,
        force: bool = False,
    ) -> None:
        """Write a palette file.

        Parameters
        ----------
        place : path or URL
            Its extension chooses the format.
        format : str, optional
            Name of the format, instead.
        swatch : int
            Width and height of each color in a PNG, 1 to 1,024 pixels.
        force : bool
            Whether an existing file is replaced.

        Raises
        ------
        InvalidInputError
            If the format is unknown.
        ImageWriteError
            If it cannot be written there, or not in this format.
        """
        from colorquant.pipeline.saving import save_palette

        save_palette(self, place, format, swatch=swatch, force=force)

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the pixels of each color, (k,), 0 to 1; all 0 if no pixels were counted."""
        return self.counts / max(1, int(self.counts.sum()))

    def to_array(self) -> NDArray[np.uint8]:
        """Return a copy of the colors, (k, 3 or 4), uint8, which may be changed."""
        return self.colors.copy()

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

    def _repr_png_(self) -> bytes:
        from colorquant.report.notebook import palette_png

        return palette_png(self)

    def _repr_html_(self) -> str:
        from colorquant.report.notebook import palette_html

        return palette_html(self)


def _with_hash(text: object) -> str:
    """Return hexadecimal digits with the sign that CSS wants before them."""
    if not isinstance(text, str):
        raise InvalidInputError(f"colors must be texts like #e63946, not {text!r}")
    if text.isalnum() and len(text) in (3, 4, 6, 8):
        try:
            int(text, 16)
        except ValueError:
            return text
        return f"#{text}"
    return text
