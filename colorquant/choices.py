"""Names of options, and the values that they may have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Protocol, TypedDict, get_args

from colorquant.errors import InvalidInputError

__all__ = [
    "ALPHAS",
    "AUTO",
    "DEPTHS",
    "DITHERS",
    "EFFORTS",
    "ENGINES",
    "ICC",
    "MAX_COLORS",
    "MAX_SEED",
    "METADATA",
    "OBJECTIVES",
    "ORDERS",
    "WEIGHTS",
    "Alpha",
    "Clusterer",
    "Color",
    "Colors",
    "DeltaE",
    "Depth",
    "Dither",
    "Effort",
    "Engine",
    "FileChanges",
    "Icc",
    "Kept",
    "Level",
    "Objective",
    "OptionChanges",
    "Order",
    "OtherChanges",
    "Pin",
    "Quality",
    "require_known",
]

Engine = Literal["minibatch", "lloyd", "sklearn"]
Effort = Literal["fast", "normal", "best"]
Objective = Literal["mse", "perceptual"]
Dither = Literal["none", "diffusion", "blue-noise", "bayer"]
Icc = Literal["keep", "srgb", "drop"]
Kept = Literal["keep", "color", "none"]
Level = int | Literal["max"]
Alpha = Literal["keep", "threshold", "dither"]
Order = Literal["luma", "hue", "count", "source", "similar"]
Depth = Literal["rgb565", "rgb555", "rgb444", "rgb332", "1", "2", "3", "4", "5", "6", "7", "8"]
Color = tuple[int, int, int]
Pin = tuple[int, int, int] | tuple[int, int, int, int]
Colors = int | Literal["auto"] | None
DeltaE = float | str | tuple[str, float]
Quality = int | str | tuple[int, int]

ENGINES: tuple[str, ...] = get_args(Engine)
EFFORTS: tuple[str, ...] = get_args(Effort)
OBJECTIVES: tuple[str, ...] = get_args(Objective)
DITHERS: tuple[str, ...] = get_args(Dither)
ICC: tuple[str, ...] = get_args(Icc)
METADATA: tuple[str, ...] = get_args(Kept)
ALPHAS: tuple[str, ...] = get_args(Alpha)
ORDERS: tuple[str, ...] = get_args(Order)
DEPTHS = {
    "rgb565": (5, 6, 5),
    "rgb555": (5, 5, 5),
    "rgb444": (4, 4, 4),
    "rgb332": (3, 3, 2),
    **{str(bits): (bits, bits, bits) for bits in range(1, 9)},
}
"""Bits of R, G and B, by the names of depths."""
WEIGHTS = ("pixels", "images")
MAX_COLORS = 65_536
AUTO: Final = "auto"
"""Stands for the fewest colors that meet the bounds."""
MAX_SEED = 2**32 - 1


class Clusterer(Protocol):
    """A clusterer of scikit-learn."""

    def fit(self, X: Any, y: Any = ..., /) -> Any:  # noqa: N803
        """Find clusters of the rows of an array."""

    def get_params(self, deep: bool = ...) -> dict[str, Any]:
        """Return the parameters by name."""


class OtherChanges(TypedDict, total=False):
    """All options except k, by name."""

    engine: Engine | Clusterer
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
    alpha: Alpha | None
    downscale: int
    pixelate: int
    pins: Sequence[str | Pin]
    depth: Depth | int | None
    order: Order | None
    drop_unused: bool
    max_colors: int | None
    min_psnr: float | None
    max_delta_e: DeltaE | None
    min_ssim: float | None
    quality: Quality | None
    max_bytes: int | str | None
    max_lost: int | None
    lost_colors: bool
    per_frame_palette: bool


class OptionChanges(OtherChanges, total=False):
    """The options by name, as functions accept them; see `QuantizeOptions`."""

    k: Colors


class FileChanges(OptionChanges, total=False):
    """The options by name, including those for files; see `WritingOptions`."""

    format: str | None
    force: bool
    in_place: bool
    break_links: bool
    keep_times: bool
    sync: bool
    skip_if_larger: bool
    min_saving: float | None
    optimize: Level | None


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

            near = ["k"] if name == "colors" else difflib.get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]}" if near else f"there are {', '.join(names)}"
            raise InvalidInputError(f"there is no option {name!r}; {hint}")
