"""Everything colorquant raises on purpose.

::

    ColorquantError
    ├── InvalidInputError (ValueError)    an argument's value, shape or dtype
    ├── ImageReadError (OSError)          missing, truncated, too many pixels
    │   └── NotAnImageError               of no format that is known
    ├── ImageWriteError (OSError)         unknown extension, exists already, no room
    ├── BoundError                        a bound that was asked for was missed
    └── MissingExtraError (ImportError)   an optional package is not installed

    ColorquantWarning (UserWarning)       done, but not quite as the caller may expect

Each error is also the builtin beside it, so that callers may catch either. The message is one
line and names what it is about.
"""

__all__ = [
    "BoundError",
    "ColorquantError",
    "ColorquantWarning",
    "ImageReadError",
    "ImageWriteError",
    "InvalidInputError",
    "MissingExtraError",
    "NotAnImageError",
    "printable",
]


def printable(text: str) -> str:
    """Escape what would break a line or a terminal, as file names may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ColorquantError(Exception):
    """Base of all errors of this package."""


class InvalidInputError(ColorquantError, ValueError):
    """An argument has a value, shape or dtype that cannot be used."""


class ImageReadError(ColorquantError, OSError):
    """A source cannot be read as an image."""


class NotAnImageError(ImageReadError):
    """A file is no image of a format that is known."""


class ImageWriteError(ColorquantError, OSError):
    """A result cannot be written."""


class BoundError(ColorquantError):
    """A result misses a bound that was asked for, and was not written."""


class MissingExtraError(ColorquantError, ImportError):
    """An optional package that was asked for is not installed."""


class ColorquantWarning(UserWarning):
    """The work was done, but not quite as the caller may expect."""
