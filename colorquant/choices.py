"""Names of options, and the values that they may have."""

from collections.abc import Mapping
from typing import Literal, TypedDict, get_args

from colorquant.errors import InvalidInputError

__all__ = [
    "DITHERS",
    "EFFORTS",
    "ENGINES",
    "ICC",
    "MAX_COLORS",
    "MAX_SEED",
    "METADATA",
    "OBJECTIVES",
    "WEIGHTS",
    "Color",
    "Dither",
    "Effort",
    "Engine",
    "FileChanges",
    "Icc",
    "Kept",
    "Objective",
    "OptionChanges",
    "OtherChanges",
    "require_known",
]

Engine = Literal["minibatch", "lloyd", "sklearn"]
Effort = Literal["fast", "normal", "best"]
Objective = Literal["mse", "perceptual"]
Dither = Literal["none", "diffusion", "blue-noise", "bayer"]
Icc = Literal["keep", "srgb", "drop"]
Kept = Literal["keep", "color", "none"]
Color = tuple[int, int, int]

ENGINES: tuple[str, ...] = get_args(Engine)
EFFORTS: tuple[str, ...] = get_args(Effort)
OBJECTIVES: tuple[str, ...] = get_args(Objective)
DITHERS: tuple[str, ...] = get_args(Dither)
ICC: tuple[str, ...] = get_args(Icc)
METADATA: tuple[str, ...] = get_args(Kept)
WEIGHTS = ("pixels", "images")
MAX_COLORS = 65_536
MAX_SEED = 2**32 - 1


class OtherChanges(TypedDict, total=False):
    """All options except k, by name."""

    engine: Engine
    effort: Effort
    restarts: int
    seed: int
    objective: Objective | None
    dither: Dither
    dither_strength: float | None
    compact: int
    nearest: bool
    max_pixels: int
    max_frames: int
    icc: Icc
    metadata: Kept
    background: str | Color | None
    per_frame_palette: bool


class OptionChanges(OtherChanges, total=False):
    """The options by name, as functions accept them; see `QuantizeOptions`."""

    k: int


class FileChanges(OptionChanges, total=False):
    """The options by name, including those for files; see `WritingOptions`."""

    format: str | None
    force: bool
    in_place: bool
    break_links: bool
    keep_times: bool
    sync: bool
    skip_if_larger: bool


def require_known(changes: Mapping[str, object], known: type) -> None:
    """Raise an error for a name that a class of changes lacks, and suggest a similar one.

    Raises
    ------
    InvalidInputError
        If there is such a name.
    """
    names = sorted(known.__annotations__, key="k".__ne__)
    for name in changes:
        if name not in names:
            import difflib  # Seldom needed.

            near = difflib.get_close_matches(name, names, 1) or (["k"] if name == "colors" else [])
            hint = f"did you mean {near[0]}" if near else f"there are {', '.join(names)}"
            raise InvalidInputError(f"there is no option {name!r}; {hint}")
