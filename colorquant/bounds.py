"""Options for how good and how large a result has to be."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from colorquant.checks import check_bool, check_int, check_number
from colorquant.choices import MAX_COLORS, DeltaE, Quality
from colorquant.errors import InvalidInputError

__all__ = ["DELTA_E_SHARES", "BoundOptions", "delta_e_bound", "size_of"]

DELTA_E_SHARES = ("mean", "p95", "max")
"""What of the CIEDE2000 of all pixels can be bounded."""

_UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


@dataclass(frozen=True)
class BoundOptions:
    """Options for how good and how large a result has to be.

    Parameters
    ----------
    max_colors : int, optional
        The most colors that ``k="auto"`` may find, 1 to 65,536. By default 256.
    min_psnr : float, optional
        Least peak signal-to-noise ratio in dB.
    max_delta_e : float or str, optional
        Largest CIEDE2000: ``2`` or ``"mean:2"`` is the mean over pixels, ``"p95:4"`` what 95 % of
        the pixels do not exceed, ``"max:10"`` the largest. Stored as a name and a number.
    min_ssim : float, optional
        Least structural similarity, -1 to 1.
    quality : int or str, optional
        0 to 100, on the scale of pngquant: a least and a wanted quality as ``"65-80"``, or one
        number for both. Stored as two numbers.
    max_bytes : int or str, optional
        Largest size of the file: ``100_000`` or ``"100k"``; K and M are powers of 1,000.
    max_lost : int, optional
        Largest number of colors of the image that are visibly gone.
    lost_colors : bool
        Whether to look for colors that are visibly gone. `max_lost` implies it.

    Raises
    ------
    InvalidInputError
        If a value is outside its range.
    """

    max_colors: int | None = None
    min_psnr: float | None = None
    max_delta_e: DeltaE | None = None
    min_ssim: float | None = None
    quality: Quality | None = None
    max_bytes: int | str | None = None
    max_lost: int | None = None
    lost_colors: bool = False

    def __post_init__(self) -> None:
        for name, check in _CHECKS.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, check(name, value))
        check_bool("lost_colors", self.lost_colors)
        object.__setattr__(self, "lost_colors", bool(self.lost_colors))

    @property
    def named(self) -> tuple[str, ...]:
        """The names of the bounds that are set."""
        names = (each.name for each in fields(self))
        return tuple(
            name
            for name in names
            if name not in ("max_colors", "lost_colors") and getattr(self, name) is not None
        )

    @property
    def finds_lost(self) -> bool:
        """Whether to look for colors that are visibly gone."""
        return self.lost_colors or self.max_lost is not None


def delta_e_bound(name: str, value: Any) -> tuple[str, float]:
    """Return what of CIEDE2000 is bounded, one of `DELTA_E_SHARES`, and the bound.

    Raises
    ------
    InvalidInputError
        If the value is neither a number from 0 on, nor such a name, a colon and a number.
    """
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        share, number = value
    else:
        share, colon, number = str(value).rpartition(":")
        share = share if colon else "mean"
    try:
        bound = math.nan if isinstance(number, bool) else float(number)
    except (TypeError, ValueError):
        bound = math.nan
    if share not in DELTA_E_SHARES or not 0 <= bound < math.inf or isinstance(value, bool):
        raise InvalidInputError(
            f"{name} must be a number, p95:number or max:number, not {value!r}", name
        )
    return share, bound


def size_of(name: str, value: Any) -> int:
    """Return a number of bytes, given as a whole number or as text such as ``500k`` or ``1.5M``.

    Raises
    ------
    InvalidInputError
        If it is neither, or less than one byte.
    """
    if isinstance(value, str):
        found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)([KMG]?)B?", value.strip().upper())
        size = int(float(found[1]) * _UNITS[found[2]]) if found else 0
        if size < 1:
            raise InvalidInputError(
                f"{name} must be a number, with K, M or G behind it, not {value!r}", name
            )
        return size
    return check_int(name, value, 1, None)


def _quality(name: str, value: Any) -> tuple[int, int]:
    """Return the least and the wanted quality."""
    if isinstance(value, str):
        found = re.fullmatch(r"([0-9]{1,3})(?:-([0-9]{1,3}))?", value.strip())
        pair: Any = (int(found[1]), int(found[2] or found[1])) if found else None
    elif isinstance(value, Sequence):
        pair = value
    else:
        pair = (value, value)
    try:
        least, most = (check_int(name, each, 0, 100) for each in pair)
    except (InvalidInputError, TypeError, ValueError):
        least, most = 1, 0
    if least > most:
        raise InvalidInputError(
            f"{name} must be a number from 0 to 100, or two as 65-80, not {value!r}", name
        )
    return least, most


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "max_colors": lambda name, value: check_int(name, value, 1, MAX_COLORS),
    "min_psnr": lambda name, value: check_number(name, value, 0, math.inf),
    "max_delta_e": delta_e_bound,
    "min_ssim": lambda name, value: check_number(name, value, -1, 1),
    "quality": _quality,
    "max_bytes": size_of,
    "max_lost": lambda name, value: check_int(name, value, 0, None),
}
