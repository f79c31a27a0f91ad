"""Checks of arguments, with errors that name the argument."""

import math
import operator
from collections.abc import Iterable
from numbers import Real
from typing import Any

from colorquant.choices import Level, Pin
from colorquant.errors import InvalidInputError

__all__ = [
    "check_bool",
    "check_choice",
    "check_color",
    "check_int",
    "check_level",
    "check_number",
    "check_pin",
    "check_pins",
    "check_share",
]

_MOST_LEVEL, _USUAL_LEVEL = 6, 2


def check_int(name: str, value: Any, low: int, high: int | None) -> int:
    """Return a whole number within bounds, of Python or NumPy, as an int.

    Raises
    ------
    InvalidInputError
        If the value is anything else; the message names the bounds.
    """
    try:
        whole = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = None
    if whole is not None and low <= whole and (high is None or whole <= high):
        return whole
    bounds = f"at least {low}" if high is None else f"from {low} to {high:,}"
    raise InvalidInputError(f"{name} must be a whole number {bounds}, not {value!r}", name)


def check_share(name: str, value: object) -> float:
    """Return a number from 0 to 1, of Python or NumPy, as a float.

    Raises
    ------
    InvalidInputError
        If the value is anything else.
    """
    return check_number(name, value, 0, 1)


def check_number(name: str, value: object, low: float, high: float) -> float:
    """Return a finite number within bounds, of Python or NumPy, as a float.

    Raises
    ------
    InvalidInputError
        If the value is anything else; the message names the bounds.
    """
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        number = float(value)
        if low <= number <= high:
            return number
    bounds = f"at least {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
    raise InvalidInputError(f"{name} must be a number {bounds}, not {value!r}", name)


def check_level(name: str, value: Any) -> Level | None:
    """Return a level from 1 to 6, or ``"max"``; 2 for True, and None for False and None.

    Raises
    ------
    InvalidInputError
        If the value is anything else.
    """
    if value is None or isinstance(value, bool):
        return _USUAL_LEVEL if value else None
    if isinstance(value, str) and value == "max":
        return "max"
    try:
        return check_int(name, value, 1, _MOST_LEVEL)
    except InvalidInputError as error:
        message = f"{name} must be a level from 1 to {_MOST_LEVEL}, or max, not {value!r}"
        raise InvalidInputError(message, name) from error


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise an error if a value is not one of the choices.

    Raises
    ------
    InvalidInputError
        If it is not; the message lists the choices.
    """
    if not isinstance(value, str) or value not in choices:
        raise InvalidInputError(f"{name} must be one of {', '.join(choices)}, not {value!r}", name)


def check_bool(name: str, value: object) -> None:
    """Raise an error if a value is neither True nor False, of Python or NumPy.

    Raises
    ------
    InvalidInputError
        If it is not.
    """
    if isinstance(value, str) or str(value) not in ("True", "False"):
        raise InvalidInputError(f"{name} must be True or False, not {value!r}", name)


def check_color(name: str, color: Any) -> tuple[int, int, int]:
    """Return the R, G and B of a CSS color: ``white``, ``#fff``, ``rgb(255, 255, 255)``.

    Raises
    ------
    InvalidInputError
        If it is not an opaque color.
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
        f"{name} must be an opaque color like #fff or white, not {color!r}", name
    )


def check_pins(name: str, colors: Iterable[Any]) -> list[tuple[int, ...]]:
    """Return colors as `check_pin` does, all with alpha if one of them has alpha."""
    found: list[tuple[int, ...]] = [check_pin(name, color) for color in colors]
    if any(len(color) == 4 for color in found):
        return [(*color[:3], *(color[3:] or (255,))) for color in found]
    return found


def check_pin(name: str, color: Any) -> Pin:
    """Return the R, G, B and, if it has alpha, alpha of a color of a palette.

    Raises
    ------
    InvalidInputError
        If it is not a CSS color, nor three or four numbers from 0 to 255.
    """
    if isinstance(color, str):
        from colorquant.csscolors import parse_css_alpha  # Seldom needed.

        found: tuple[int, ...] = parse_css_alpha(color) or ()
    else:
        try:
            found = tuple(operator.index(sample) for sample in color)
        except TypeError:
            found = ()
    if all(0 <= sample <= 255 for sample in found):
        if len(found) == 3:
            return found[0], found[1], found[2]
        if len(found) == 4:
            return found[0], found[1], found[2], found[3]
    raise InvalidInputError(f"{name} must be colors like #e63946 or red, not {color!r}", name)
