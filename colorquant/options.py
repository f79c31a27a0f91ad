"""The options of a run: every default and every bound, in one place."""

import operator
from dataclasses import dataclass, fields, replace
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
    "chosen_options",
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
        How the palette is found, see `colorquant.clustering.kmeans.kmeans`.
    effort : {"fast", "normal", "best"}
        How long the ``minibatch`` engine searches. The other engines run to their own end
        and take only ``"normal"``.
    restarts : int
        Number of starts, at least 1, of which the one of lowest error is kept.
    seed : int
        Seed of everything random, 0 to 2**32 - 1.
    max_pixels : int
        Largest image, in pixels of all its frames, that is read from a file.
    max_frames : int
        Most frames, or pages, that a file that is read may have.
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
    max_frames: int = 10_000
    background: str | Color | None = None
    icc: Icc = "keep"
    metadata: Kept = "color"
    per_frame_palette: bool = False

    def __post_init__(self) -> None:
        bounds = {
            "k": (1, MAX_COLORS),
            "restarts": (1, 10_000),
            "seed": (0, MAX_SEED),
            "max_pixels": (1, None),
            "max_frames": (1, None),
        }
        for name, (low, high) in bounds.items():
            object.__setattr__(self, name, check_int(name, getattr(self, name), low, high))
        check_choice("engine", self.engine, ENGINES)
        check_choice("effort", self.effort, EFFORTS)
        check_choice("icc", self.icc, ICC)
        check_choice("metadata", self.metadata, METADATA)
        if str(self.per_frame_palette) not in ("True", "False"):
            raise InvalidInputError(
                f"per_frame_palette must be True or False, not {self.per_frame_palette!r}"
            )
        if self.background is not None:
            object.__setattr__(self, "background", parse_color(self.background))
        if self.engine != "minibatch" and self.effort != "normal":
            raise InvalidInputError(
                f"effort {self.effort!r} is for engine 'minibatch'; "
                f"engine {self.engine!r} runs to its own end",
                *("effort", "engine", "engine"),
            )


def chosen_options(options: QuantizeOptions | None, changes: dict[str, Any]) -> QuantizeOptions:
    """Return options, the default ones if left out, with some of them changed by name.

    Raises
    ------
    InvalidInputError
        If they are no options, a name is none of theirs, or a value is not allowed.
    """
    if options is not None and not isinstance(options, QuantizeOptions):
        raise InvalidInputError(
            f"options must be QuantizeOptions, not {options!r}; "
            "name each option, as k=8 for the number of colors"
        )
    known = [field.name for field in fields(QuantizeOptions)]
    for name in changes:
        if name not in known:
            import difflib  # Seldom needed.

            near = difflib.get_close_matches(name, known, 1) or (["k"] if name == "colors" else [])
            hint = f"did you mean {near[0]}" if near else f"there are {', '.join(known)}"
            raise InvalidInputError(f"there is no option {name!r}; {hint}")
    return replace(options or QuantizeOptions(), **changes)


def check_int(name: str, value: Any, low: int, high: int | None) -> int:
    """Return a whole number, as NumPy's are, too, as an int; refuse what is not within bounds.

    Raises
    ------
    InvalidInputError
        If it is not; the message names the bounds.
    """
    try:
        whole = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = None
    if whole is not None and low <= whole and (high is None or whole <= high):
        return whole
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
        from colorquant.csscolors import parse_css  # Seldom needed.

        found: tuple[int, ...] = parse_css(color) or ()
    else:
        try:
            found = tuple(operator.index(sample) for sample in color)
        except TypeError:
            found = ()
    if len(found) == 3 and all(0 <= sample <= 255 for sample in found):
        return found[0], found[1], found[2]
    raise InvalidInputError(
        f"background must be an opaque color like #fff or white, not {color!r}", "background"
    )
