"""The errors and the warning that colorquant raises on purpose.

::

    ColorquantError
    ├── InvalidInputError (ValueError)    an argument's value, shape or dtype
    ├── ImageReadError (OSError)          missing, truncated, too many pixels
    │   └── NotAnImageError               not of any known format
    ├── ImageWriteError (OSError)         unknown extension, exists already, no room
    ├── BoundError                        a requested bound was missed
    │   └── LargerThanSourceError         too little would be saved
    └── MissingExtraError (ImportError)   an optional package is not installed

    ColorquantWarning (UserWarning)       done, but not quite as the caller may expect

Each error is also the builtin beside it, so callers may catch either. A message is one line,
names its subject, and hides passwords, tokens and signatures in URLs.
"""

import re
from collections.abc import Mapping

from colorquant.redaction import redacted

__all__ = [
    "BoundError",
    "ColorquantError",
    "ColorquantWarning",
    "ImageReadError",
    "ImageWriteError",
    "InvalidInputError",
    "LargerThanSourceError",
    "MissingExtraError",
    "NotAnImageError",
    "counted",
    "printable",
]


def printable(text: str) -> str:
    """Escape characters that break a line or a terminal, and hide secrets in URLs.

    File names may contain any character.
    """
    text = redacted(text)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def counted(number: int, one: str) -> str:
    """Return a number with its noun, given in the singular: ``1 color``, ``2 colors``."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


class ColorquantError(Exception):
    """Base of all errors of this package."""

    def __init__(self, *told: object) -> None:
        super().__init__(*(redacted(each) if isinstance(each, str) else each for each in told))


class InvalidInputError(ColorquantError, ValueError):
    """An argument has a value, shape or dtype that cannot be used.

    Parameters
    ----------
    message : str
    *arguments : str
        The names of arguments in the message, in their order.
    """

    def __init__(self, message: str, *arguments: str) -> None:
        super().__init__(message)
        self.arguments = arguments

    def renamed(self, names: Mapping[str, str]) -> str:
        """Return the message with other names for the arguments."""
        told, rest = "", str(self)
        for argument in self.arguments:
            if found := re.search(rf"\b{argument}\b", rest):
                told += rest[: found.start()] + names.get(argument, argument)
                rest = rest[found.end() :]
        return told + rest


class ImageReadError(ColorquantError, OSError):
    """A source cannot be read as an image."""


class NotAnImageError(ImageReadError):
    """A file is not an image of a known format."""


class ImageWriteError(ColorquantError, OSError):
    """A result cannot be written."""


class BoundError(ColorquantError):
    """A result missed a requested bound and was not written."""


class LargerThanSourceError(BoundError):
    """A result saves less of its source's bytes than was asked for, and was not written."""


class MissingExtraError(ColorquantError, ImportError):
    """An optional package that the work needs is not installed."""


class ColorquantWarning(UserWarning):
    """The work was done, but not quite as the caller may expect."""
