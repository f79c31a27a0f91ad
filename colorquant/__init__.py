"""Find a palette of k colors for an image, and recolor it.

::

    import colorquant

    result = colorquant.quantize(image, k=16)
    result.palette.hex()

Names are loaded when they are first used, which keeps the import itself fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colorquant.bounded import Bounded, LostColor, Reached, Tried
    from colorquant.bounds import BoundOptions
    from colorquant.clustering.kmeans import kmeans
    from colorquant.clustering.problem import KMeansResult
    from colorquant.entries import EntryOptions
    from colorquant.errors import (
        BoundError,
        ColorquantError,
        ColorquantWarning,
        ImageReadError,
        ImageWriteError,
        InvalidInputError,
        LargerThanSourceError,
        MissingExtraError,
        NotAnImageError,
    )
    from colorquant.look import LookOptions
    from colorquant.models import IndexedImage, Metrics, Raster, Result, Step
    from colorquant.options import QuantizeOptions
    from colorquant.palette import Palette
    from colorquant.pipeline.files import quantize_file
    from colorquant.pipeline.many import quantize_many
    from colorquant.pipeline.result import FileResult
    from colorquant.pipeline.still import quantize
    from colorquant.reading import ReadingOptions
    from colorquant.search import SearchOptions
    from colorquant.shaping import ShapingOptions
    from colorquant.writing import WritingOptions

__version__ = "0.2.0"

__all__ = [
    "BoundError",
    "BoundOptions",
    "Bounded",
    "ColorquantError",
    "ColorquantWarning",
    "EntryOptions",
    "FileResult",
    "ImageReadError",
    "ImageWriteError",
    "IndexedImage",
    "InvalidInputError",
    "KMeansResult",
    "LargerThanSourceError",
    "LookOptions",
    "LostColor",
    "Metrics",
    "MissingExtraError",
    "NotAnImageError",
    "Palette",
    "QuantizeOptions",
    "Raster",
    "Reached",
    "ReadingOptions",
    "Result",
    "SearchOptions",
    "ShapingOptions",
    "Step",
    "Tried",
    "WritingOptions",
    "kmeans",
    "quantize",
    "quantize_file",
    "quantize_many",
]

# The modules that define the names, the cheapest to load first.
_MODULES = (
    *("errors", "options", "search", "entries", "look", "shaping", "bounds", "reading", "writing"),
    *(
        "bounded",
        "palette",
        "models",
        "clustering.kmeans",
        "clustering.problem",
        "pipeline.result",
        "pipeline.still",
    ),
    *("pipeline.files", "pipeline.many"),
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            home = import_module(f"colorquant.{module}")
            if name in home.__all__:
                return getattr(home, name)
    raise AttributeError(f"module 'colorquant' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
