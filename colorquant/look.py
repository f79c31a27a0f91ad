"""Options for what the eye sees: the objective, and dithering."""

from dataclasses import dataclass

from colorquant.checks import check_bool, check_choice, check_int, check_share
from colorquant.choices import DITHERS, OBJECTIVES, Dither, Objective
from colorquant.errors import InvalidInputError

__all__ = ["LookOptions"]

# Error diffusion of the whole error lets colors run away that no mixture of entries can show.
_STRENGTHS: dict[str, float] = {"none": 0.0, "diffusion": 0.85, "blue-noise": 1.0, "bayer": 1.0}


@dataclass(frozen=True)
class LookOptions:
    """Options for what the eye sees.

    Parameters
    ----------
    objective : {"mse", "perceptual"}, optional
        The error to minimize: the squared error of the stored numbers, or the visible error.
        By default ``"mse"``, and ``"perceptual"`` with dithering.
    dither : {"none", "diffusion", "blue-noise", "bayer"}
        How pixels between two palette colors are shown by a mixture of entries.
    dither_strength : float, optional
        0 to 1: for ``"diffusion"`` the share of a pixel's error that goes on, else a factor of
        the share of the second entry. 0 means no dithering. By default 0.85 for
        ``"diffusion"``, and else 1.
    compact : int
        0 to 2: how much to prefer equal neighbors, for fewer bytes.
    nearest : bool
        Whether every pixel keeps the entry nearest to it where nothing is dithered.

    Raises
    ------
    InvalidInputError
        If a value is outside its range, or there is a strength without dithering.
    """

    objective: Objective | None = None
    dither: Dither = "none"
    dither_strength: float | None = None
    compact: int = 1
    nearest: bool = False

    def __post_init__(self) -> None:
        if self.objective is not None:
            check_choice("objective", self.objective, OBJECTIVES)
        check_choice("dither", self.dither, DITHERS)
        if self.dither_strength is not None:
            share = check_share("dither_strength", self.dither_strength)
            object.__setattr__(self, "dither_strength", share)
            if self.dither == "none":
                raise InvalidInputError(
                    "dither_strength is for dither", "dither_strength", "dither"
                )
        object.__setattr__(self, "compact", check_int("compact", self.compact, 0, 2))
        check_bool("nearest", self.nearest)
        object.__setattr__(self, "nearest", bool(self.nearest))

    @property
    def strength(self) -> float:
        """The strength of dithering, 0 to 1; 0 without it."""
        if self.dither == "none" or self.dither_strength is None:
            return _STRENGTHS[self.dither]
        return self.dither_strength

    @property
    def dithering(self) -> Dither:
        """The kind of dithering, which is ``"none"`` at a strength of 0."""
        return self.dither if self.strength > 0 else "none"

    @property
    def is_perceptual(self) -> bool:
        """Whether the visible error is minimized."""
        if self.objective is None:
            return self.dithering != "none"
        return self.objective == "perceptual"

    @property
    def is_plain(self) -> bool:
        """Whether the squared error is minimized, without dithering."""
        return not self.is_perceptual and self.dithering == "none"
