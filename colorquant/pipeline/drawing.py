"""The modules that draw, loaded before any work that ends with a picture, and its formats."""

from importlib import import_module
from pathlib import Path
from typing import Any

from colorquant.errors import MissingExtraError

__all__ = ["PICTURES", "drawing", "picture_kind"]

PICTURES = (".png", ".svg", ".pdf")
"""Extensions of drawn pictures."""


def picture_kind(path: Path) -> str | None:
    """Return the format of a picture by its name: ``"png"``, ``"svg"``, ``"pdf"`` or None."""
    extension = path.suffix.lower()
    return extension[1:] if extension in PICTURES else None


def drawing(name: str, what: str) -> Any:
    """Return a module of `colorquant.report`.

    Parameters
    ----------
    name : str
    what : str
        What it draws, in messages.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed, or fails.
    """
    try:
        return import_module(f"colorquant.report.{name}")
    except ModuleNotFoundError as error:
        message = f"{what} needs matplotlib: pip install 'colorquant[report]'"
        raise MissingExtraError(message) from error
    except Exception as error:
        raise MissingExtraError(f"{what} needs matplotlib, which fails: {error}") from error
