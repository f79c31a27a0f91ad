"""Types of the values of options and arguments."""

from collections.abc import Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from colorquant.cli.options.option import NOTHING
from colorquant.settings.presets import PRESETS

__all__ = ["FORMAT", "LEVEL", "PALETTE", "PATH", "PRESET", "WORD"]


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
        if word == NOTHING:
            return None
        return int(word) if word.isdecimal() else word


class _Format(_Word):
    """The name of a format of images, with those that can be written to complete it."""

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from colorquant.images.writing.formats import EXTENSIONS

        return _items(EXTENSIONS, incomplete)


class _Preset(_Word):
    """The name of a preset, with those that come with the command to complete it."""

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return _items(PRESETS, incomplete)


class _Palette(_Place):
    """A file, or the name of a built-in palette."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from colorquant.palettes.builtin.catalog import names

        files = super().shell_complete(ctx, param, incomplete)
        return [*_items(names(), incomplete), *files]


def _items(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


# Click does not check that it is readable: the library names the cause, with exit code 1.
PATH = _Place(readable=False)
PALETTE = _Palette(readable=False)
WORD = _Word()
LEVEL = _Level()
FORMAT = _Format()
PRESET = _Preset()
