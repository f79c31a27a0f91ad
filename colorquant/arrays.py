"""Checks of the arrays that data classes hold, which are read-only."""

from typing import Any

import numpy as np

from colorquant.errors import InvalidInputError

__all__ = ["freeze", "require_array", "require_uint8"]


def require_array(name: str, array: Any) -> None:
    """Refuse what is no array.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    if not isinstance(array, np.ndarray):
        raise InvalidInputError(f"{name} must be an array, not {type(array).__name__}")


def require_uint8(name: str, array: Any) -> None:
    """Refuse what is no array of uint8.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
        found = getattr(array, "dtype", type(array).__name__)
        raise InvalidInputError(f"{name} must be an array of uint8, not {found}")


def freeze(instance: object, *names: str) -> None:
    """Make arrays read-only by views; the caller's own arrays stay writable."""
    for name in names:
        view = getattr(instance, name).view()
        view.setflags(write=False)
        object.__setattr__(instance, name, view)
