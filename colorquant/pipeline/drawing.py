"""The modules that draw, loaded before any work that ends with a picture, and its formats."""

from importlib import import_module
from pathlib import Path
from typing import Any

from colorquant.errors import MissingExtraError
from colorquant.images.source import Source
from colorquant.pipeline.result import Made
from colorquant.storage.urls import file_name

__all__ = ["PICTURES", "drawing", "picture_kind", "report_of"]

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


def report_of(source: Source, frames: int, made: Made, seed: int, picture: Path) -> bytes:
    """Return the report of a result, in the format that the name of its place tells."""
    from colorquant.report.figure import render

    title, sizes = file_name(source.path or source.name), (source.size, len(made.data))
    drawn = made.raster, made.result, made.space
    return render(
        *drawn,
        title=title,
        sizes=sizes,
        seed=seed,
        frames=frames,
        soft=made.look.dithering != "none",
        kind=picture_kind(picture) or "png",
    )
