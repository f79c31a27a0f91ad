"""What came of the bounds of a run: how they were reached, and what was tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

from colorquant.errors import counted

__all__ = ["Bounded", "LostColor", "Reached", "Tried", "lost_line"]


_WORDS = {
    "min_psnr": ("PSNR", "at least"),
    "max_delta_e": ("CIEDE2000", "at most"),
    "min_ssim": ("SSIM", "at least"),
    "quality": ("quality", "at least"),
    "max_bytes": ("the size", "at most"),
    "max_lost": ("the number of lost colors", "at most"),
    "default": ("PSNR after the viewing blur", "if possible"),
}


def _shown(name: str, value: float) -> str:
    """Return a value of a bound with its unit."""
    if name in ("min_psnr", "default"):
        return f"{value:.6g} dB"
    return f"{value:,.0f} bytes" if name == "max_bytes" else f"{value:.6g}"


@dataclass(frozen=True, slots=True)
class Reached:
    """A bound, and what a result reached of it.

    Parameters
    ----------
    name : str
        The option, such as ``"min_psnr"``; ``"default"`` for the bound of ``k="auto"`` alone.
    bound : float
        A least value for ``"min_psnr"``, ``"min_ssim"``, ``"quality"`` and ``"default"``, else a
        largest one.
    value : float
        Infinite for the PSNR of equal images.
    share : str
        What of CIEDE2000 is bounded: ``"mean"``, ``"p95"`` or ``"max"``; else empty.
    """

    name: str
    bound: float
    value: float
    share: str = ""

    @property
    def met(self) -> bool:
        """Whether the bound is met."""
        if self.name.startswith("max_"):
            return self.value <= self.bound
        return self.value >= self.bound

    def __str__(self) -> str:
        return f"{self._told}, {_WORDS[self.name][1]} {_shown(self.name, self.bound)}"

    @property
    def miss(self) -> str:
        """What is told of a bound that is missed."""
        worse = "more than" if self.name.startswith("max_") else "less than"
        if isnan(self.value):
            return "it is too small for SSIM, which needs 7 x 7 pixels"
        return f"{self._told}, {worse} {_shown(self.name, self.bound)}"

    @property
    def _told(self) -> str:
        share = f" ({self.share})" if self.share else ""
        return f"{_WORDS[self.name][0]}{share} is {_shown(self.name, self.value)}"

    def facts(self) -> dict[str, Any]:
        """Return the bound as JSON has it; an infinite value is None."""
        value = self.value if self.value < float("inf") else None
        told = {"name": self.name, "bound": self.bound, "value": value, "met": self.met}
        return told | ({"share": self.share} if self.share else {})


@dataclass(frozen=True, slots=True)
class Tried:
    """A number of colors that was tried.

    Parameters
    ----------
    k : int
    strength : float
        Strength of dithering, 0 without it.
    reached : tuple of Reached
        What was measured of it.
    """

    k: int
    strength: float
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class LostColor:
    """A color of an image that is visibly gone.

    Parameters
    ----------
    color : tuple of int
        R, G, B and, if the image has alpha, alpha, 0 to 255: the most frequent one of the area.
    box : tuple of int
        Width, height, left and top of its largest area, in pixels.
    pixels : int
        Number of pixels of that area.
    more : int or None
        How many more colors would keep it; None if not even 256 more would.
    """

    color: tuple[int, ...]
    box: tuple[int, int, int, int]
    pixels: int
    more: int | None = None

    def __str__(self) -> str:
        return lost_line(self.facts())

    def facts(self) -> dict[str, Any]:
        """Return the color as JSON has it."""
        width, height, left, top = self.box
        return {
            "color": f"#{bytes(self.color).hex()}",
            "box": {"width": width, "height": height, "left": left, "top": top},
            "pixels": self.pixels,
            "more": self.more,
        }


def lost_line(facts: Mapping[str, Any]) -> str:
    """Return a line about a color that is visibly gone, from what JSON has of it."""
    box, more = facts["box"], facts["more"]
    keeps = "not even 256 more colors" if more is None else counted(more, "more color")
    return (
        f"{facts['color']} {box['width']}x{box['height']}+{box['left']}+{box['top']}, "
        f"{counted(facts['pixels'], 'pixel')}, {keeps} would keep it"
    )


@dataclass(frozen=True, slots=True)
class Bounded:
    """What came of the bounds of a run.

    Parameters
    ----------
    auto : bool
        Whether the number of colors was found.
    reached : tuple of Reached
    tried : tuple of Tried
        All numbers of colors that were tried, in order.
    lost : tuple of LostColor, optional
        The colors that are visibly gone; None if they were not looked for.
    """

    auto: bool
    reached: tuple[Reached, ...]
    tried: tuple[Tried, ...]
    lost: tuple[LostColor, ...] | None = None

    def facts(self) -> dict[str, Any]:
        """Return the bounds as JSON has them."""
        told: dict[str, Any] = {
            "auto": self.auto,
            "bounds": [each.facts() for each in self.reached],
        }
        if self.lost is not None:
            told["lost_colors"] = [each.facts() for each in self.lost]
        return told
