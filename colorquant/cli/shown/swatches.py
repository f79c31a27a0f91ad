"""Palettes on a terminal: a swatch of each color, and what is told of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from colorquant.errors import printable

if TYPE_CHECKING:
    from colorquant.palette import Palette

__all__ = ["contrast_lines", "list_lines", "painting", "swatch_lines"]

# The levels of the cube of colors, and the grays, of terminals of 256 colors.
_CUBE = (0, 95, 135, 175, 215, 255)
_GRAYS = tuple(range(8, 239, 10))
# What transparent colors are shown on: half of a swatch on each.
_GROUNDS = (255, 0)
_HALF = "   "
# Of a list of palettes: half of a swatch, swatches in a row, and rows of a palette.
_NARROW = " "
_ACROSS, _ROWS = 24, 3
# Contrast of normal text, WCAG 2.1, 1.4.3.
_TEXT = 4.5
# Up to so many colors, a table of all pairs fits 80 columns.
_MOST_IN_TABLE = 16


def painting(environment: Mapping[str, str]) -> int:
    """Return how many colors the terminal shows: 2^24, 256, or none.

    Parameters
    ----------
    environment : mapping
        The environment variables.
    """
    terminal = environment.get("TERM", "")
    refused = environment.get("NO_COLOR") or environment.get("CLICOLOR") == "0"
    if refused or terminal == "dumb":
        return 0
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return 1 << 24
    return 256 if "256color" in terminal else 0


def swatch_lines(palette: "Palette", colors: int) -> list[str]:
    """Return a line for each entry: swatch, color, share, CSS name, and its own name if any.

    Parameters
    ----------
    palette : Palette
    colors : int
        As from `painting`; with none there are no swatches.
    """
    from colorquant.palettes.described import described

    told = described(palette)
    width = max(len(each["name"]) for each in told)
    digits = len(str(len(told) - 1))
    lines = []
    for row, each in enumerate(told):
        cells = [str(row).rjust(digits), each["hex"]]
        if colors:
            cells.insert(1, _swatch(each["rgb"], colors))
        if each["share"] is not None:
            cells.append(_percent(each["share"]))
        cells += [each["name"].ljust(width), printable(each["label"] or "")]
        lines.append("  ".join(cells).rstrip())
    return lines


def list_lines(palettes: "Mapping[str, Palette]", colors: int) -> list[str]:
    """Return lines for palettes: the name and the number of colors, and rows of swatches.

    Parameters
    ----------
    palettes : mapping
        Palettes by their names.
    colors : int
        As from `painting`; with none there are no swatches.
    """
    width = max(map(len, palettes))
    lines = []
    for name, palette in palettes.items():
        lead = f"{name.ljust(width)} {len(palette):4d}  "
        entries = palette.colors.tolist() if colors else []
        rows = [entries[start : start + _ACROSS] for start in range(0, len(entries), _ACROSS)]
        for number, row in enumerate(rows[:_ROWS] or [[]]):
            painted = "".join(_swatch(color, colors, _NARROW) for color in row)
            lines.append((" " * len(lead) if number else lead) + painted)
    return [line.rstrip() for line in lines]


def contrast_lines(palette: "Palette") -> list[str]:
    """Return a table of the contrast of all pairs; for many colors, a line for each.

    Raises
    ------
    InvalidInputError
        If there are too many colors.
    """
    from colorquant.palettes.described import described_contrast

    ratios = described_contrast(palette)
    if len(ratios) > _MOST_IN_TABLE:
        return [_partners(row, each, palette.hex()) for row, each in enumerate(ratios)]
    head = "".join(f"{column:5d}" for column in range(len(ratios) - 1))
    body = [
        f"{row:2d}" + "".join(_cell(ratio) for ratio in each[:row])
        for row, each in enumerate(ratios)
    ]
    return [f"  {head}", *body[1:]] if len(ratios) > 1 else []


def _partners(row: int, ratios: list[float | None], names: list[str]) -> str:
    """Return a line that tells with which entries one has contrast."""
    known = {other: ratio for other, ratio in enumerate(ratios) if ratio is not None}
    lead = f"{row:3d}  {names[row]}"
    if not known:
        return f"{lead}  not opaque"
    enough = sum(ratio >= _TEXT for ratio in known.values())
    best = max(known, key=lambda other: known[other])
    return f"{lead}  {enough:3d} at {_TEXT} or more, most {known[best]:5.2f} with {names[best]}"


def _cell(ratio: float | None) -> str:
    from colorquant.color.contrast import cut

    return "    -" if ratio is None else f"{cut(ratio, 1):5.1f}"


def _percent(share: float) -> str:
    return " <0.1 %" if 0 < share < 0.0005 else f"{100 * share:5.1f} %"


def _swatch(color: list[int], colors: int, half: str = _HALF) -> str:
    """Return the escape codes that paint a color; a transparent one on white and on black."""
    alpha = color[3] if len(color) == 4 else 255
    halves = ""
    for ground in _GROUNDS:
        shown = [round((level * alpha + ground * (255 - alpha)) / 255) for level in color[:3]]
        halves += f"\x1b[48;{_code(shown, colors)}m{half}"
    return f"{halves}\x1b[0m"


def _code(color: list[int], colors: int) -> str:
    if colors > 256:
        return "2;{};{};{}".format(*color)
    steps = [_nearest(_CUBE, level) for level in color]
    gray = _nearest(_GRAYS, sum(color) / 3)
    in_cube = _distance(color, [_CUBE[step] for step in steps])
    if _distance(color, [_GRAYS[gray]] * 3) < in_cube:
        return f"5;{232 + gray}"
    return f"5;{16 + 36 * steps[0] + 6 * steps[1] + steps[2]}"


def _nearest(levels: tuple[int, ...], level: float) -> int:
    return min(range(len(levels)), key=lambda step: abs(levels[step] - level))


def _distance(one: list[int], other: list[int]) -> int:
    return sum((a - b) * (a - b) for a, b in zip(one, other, strict=True))
