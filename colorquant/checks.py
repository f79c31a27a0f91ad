"""Arguments, checked: what is refused is told by name."""

import operator
from typing import Any

from colorquant.errors import InvalidInputError

__all__ = ["check_bool", "check_choice", "check_int"]


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


def check_bool(name: str, value: object) -> None:
    """Refuse what is neither true nor false; NumPy's are, too.

    Raises
    ------
    InvalidInputError
        If it is not.
    """
    if str(value) not in ("True", "False"):
        raise InvalidInputError(f"{name} must be True or False, not {value!r}", name)
