"""The options of a run: every default and every bound, in one place."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from colorquant.errors import InvalidInputError

__all__ = [
    "EFFORTS",
    "ENGINES",
    "ICC",
    "MAX_COLORS",
    "METADATA",
    "WEIGHTS",
    "Color",
    "Effort",
    "Engine",
    "QuantizeOptions",
]

Engine = Literal["minibatch", "lloyd", "sklearn"]
Effort = Literal["fast", "normal", "best"]
Icc = Literal["keep", "srgb", "drop"]
Kept = Literal["keep", "color", "none"]
Color = tuple[int, int, int]

ENGINES: tuple[str, ...] = get_args(Engine)
EFFORTS: tuple[str, ...] = get_args(Effort)
ICC: tuple[str, ...] = get_args(Icc)
METADATA: tuple[str, ...] = get_args(Kept)
WEIGHTS = ("pixels", "images")
MAX_COLORS = 65_536
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class QuantizeOptions:
    """What to do with an image.

    Parameters
    ----------
    k : int
        Number of palette colors, 1 to 65,536.
    engine : {"minibatch", "lloyd", "sklearn"}
        How the palette is found, see `colorquant.kmeans.kmeans`.
    effort : {"fast", "normal", "best"}
        How long the ``minibatch`` engine searches. The other engines run to their own end
        and take only ``"normal"``.
    restarts : int
        Number of starts, at least 1, of which the one of lowest error is kept.
    seed : int
        Seed of everything random, 0 to 2**32 - 1.
    max_pixels : int
        Largest image, in pixels of all its frames, that is read from a file.
    background : str or (int, int, int), optional
        What an image with alpha is composed over, as a CSS color or R, G, B of 0 to 255; kept
        as the numbers. Without it, alpha stays where the format can hold it, and elsewhere
        the image is composed over white.
    icc : {"keep", "srgb", "drop"}
        Keep an RGB color profile and the numbers as they are, convert to sRGB by it, or drop
        it and keep the numbers. By ``"keep"``, too, what is not RGB is converted.
    metadata : {"keep", "color", "none"}
        What a file holds beside pixels: all of it, the color profile and the resolution, or
        nothing, for which ``icc="keep"`` converts to sRGB.
    per_frame_palette : bool
        Whether each frame has its own palette, where the format allows it.

    Raises
    ------
    InvalidInputError
        If a value is outside its range.
    """

    k: int = 16
    engine: Engine = "minibatch"
    effort: Effort = "normal"
    restarts: int = 1
    seed: int = 0
    max_pixels: int = 178_956_970
    background: str | Color | None = None
    icc: Icc = "keep"
    metadata: Kept = "color"
    per_frame_palette: bool = False

    def __post_init__(self) -> None:
        check_int("k", self.k, 1, MAX_COLORS)
        check_int("restarts", self.restarts, 1, 10_000)
        check_int("seed", self.seed, 0, MAX_SEED)
        check_int("max_pixels", self.max_pixels, 1, None)
        check_choice("engine", self.engine, ENGINES)
        check_choice("effort", self.effort, EFFORTS)
        check_choice("icc", self.icc, ICC)
        check_choice("metadata", self.metadata, METADATA)
        if self.background is not None:
            object.__setattr__(self, "background", parse_color(self.background))
        if self.engine != "minibatch" and self.effort != "normal":
            raise InvalidInputError(
                f"effort {self.effort!r} is for engine 'minibatch'; "
                f"engine {self.engine!r} runs to its own end",
                *("effort", "engine", "engine"),
            )


def check_int(name: str, value: Any, low: int, high: int | None) -> None:
    """Refuse a value that is not a whole number within bounds, both included.

    Raises
    ------
    InvalidInputError
        If it is not; the message names the bounds.
    """
    whole = hasattr(value, "__index__") and not isinstance(value, bool)
    if whole and low <= value and (high is None or value <= high):
        return
    bounds = f"at least {low}" if high is None else f"from {low} to {high:,}"
    raise InvalidInputError(f"{name} must be a whole number {bounds}, not {value!r}", name)


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse a value that is not one of the choices.

    Raises
    ------
    InvalidInputError
        If it is none of them; the message lists them.
    """
    if value not in choices:
        raise InvalidInputError(f"{name} must be one of {', '.join(choices)}, not {value!r}", name)


def parse_color(color: str | Color) -> Color:
    """Return the R, G and B of a CSS color: ``white``, ``#fff``, ``rgb(255, 255, 255)``.

    Raises
    ------
    InvalidInputError
        If it is no opaque color.
    """
    if isinstance(color, str):
        from PIL import ImageColor  # Seldom needed.

        try:
            found: tuple[int, ...] = ImageColor.getrgb(color)
        except ValueError:
            found = ()
    else:
        found = tuple(color)
    if len(found) == 3 and all(isinstance(c, int) and 0 <= c <= 255 for c in found):
        return found[0], found[1], found[2]
    raise InvalidInputError(
        f"background must be an opaque color like #fff or white, not {color!r}", "background"
    )
