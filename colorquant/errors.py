"""Everything colorquant raises on purpose.

::

    ColorquantError
    ├── InvalidInputError (ValueError)    an argument's value, shape or dtype
    ├── ImageReadError (OSError)          missing, not an image, truncated, too many pixels
    ├── ImageWriteError (OSError)         unknown extension, exists already, no room
    └── MissingExtraError (ImportError)   an optional package is not installed

    ColorquantWarning (UserWarning)       done, but not quite as the caller may expect

Each error is also the builtin beside it, so that callers may catch either. The message is one
line and names what it is about.
"""

__all__ = [
    "ColorquantError",
    "ColorquantWarning",
    "ImageReadError",
    "ImageWriteError",
    "InvalidInputError",
    "MissingExtraError",
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


class ImageWriteError(ColorquantError, OSError):
    """A result cannot be written."""


class MissingExtraError(ColorquantError, ImportError):
    """An optional package that was asked for is not installed."""


class ColorquantWarning(UserWarning):
    """The work was done, but not quite as the caller may expect."""
