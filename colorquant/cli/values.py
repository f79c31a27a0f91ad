"""Types of the values of options and arguments."""

from typing import Any

import click

__all__ = ["LEVEL", "PATH", "WORD"]


class _Place(click.Path):
    """A path or URL that is not empty: an empty path would be the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty name is no place", param, ctx)
        return super().convert(value, param, ctx)


class _Word(click.types.StringParamType):
    """Text that is not empty: empty text would count as no value."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


class _Level(_Word):
    """A number, or a word; the library checks both."""

    name = "level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        word = super().convert(value, param, ctx)
        return int(word) if word.isdecimal() else word


# Click does not check that it is readable: the library names the cause, with exit code 1.
PATH = _Place(readable=False)
WORD = _Word()
LEVEL = _Level()
