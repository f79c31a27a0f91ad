"""What a file of settings may set of each option."""

from typing import Any

import click

from colorquant.cli.options.option import NOTHING, GroupedOption, LoneOption
from colorquant.cli.options.streams import STREAM
from colorquant.settings.files import Settings
from colorquant.settings.layers import Key
from colorquant.storage.places import is_url

__all__ = ["key_of"]

# No longer values are shown, and no larger numbers taken.
_LONG = 80
_LARGE = 1 << 63


def key_of(option: GroupedOption) -> Key:
    """Return what a file may set of an option."""
    if option.name == "perceptual":
        return Key("objective", option.elsewhere, _objective)

    def taken(value: Any, settings: Settings | None) -> Any:
        return _taken(option, value, settings)

    return Key(option.name or "", option.elsewhere, taken)


def _objective(value: Any, _settings: Settings | None) -> str:
    if not isinstance(value, bool):
        raise _no("true or false", value)
    return "perceptual" if value else "mse"


def _no(what: str, value: object) -> ValueError:
    if isinstance(value, bool):
        shown = str(value).lower()
    else:
        try:
            shown = repr(value)
        except ValueError:  # Python writes no number that is so long.
            shown = "a long number"
    return ValueError(f"{shown if len(shown) < _LONG else 'this'} is not {what}")


def _taken(option: GroupedOption, value: Any, settings: Settings | None) -> Any:
    """Return a value of a file as the command line would have it."""
    if option.is_flag:
        if not isinstance(value, bool):
            raise _no("true or false", value)
        return value
    if isinstance(option, LoneOption) and isinstance(value, bool):
        return option.lone if value else NOTHING
    if option.multiple:
        words = value if isinstance(value, list) else [value]
        return tuple(_word(option, each, settings) for each in words)
    return _word(option, value, settings)


def _word(option: GroupedOption, value: Any, settings: Settings | None) -> Any:
    """Return one value of a file, checked as the command line checks it."""
    whole = isinstance(option.type, click.types.IntParamType)
    number = whole or isinstance(option.type, click.types.FloatParamType)
    allowed: tuple[type, ...] = (int,) if whole else (int, float) if number else (int, float, str)
    if isinstance(value, int) and not -_LARGE < value < _LARGE:
        raise ValueError("the number is too large")
    if isinstance(value, bool) or not isinstance(value, allowed):
        what = "a whole number" if whole else "a number" if number else "text or a number"
        raise _no(what, value)
    word = value if number else str(value)
    try:
        option.type.convert(word, option, None)
    except click.UsageError as error:
        raise ValueError(error.message) from error
    return word if settings is None else _placed(option, word, settings)


def _placed(option: GroupedOption, word: Any, settings: Settings) -> Any:
    """Return the name of a file as seen from the folder of the file that names it."""
    if option.name == "pins" and word.startswith("@"):
        return f"@{_palette(word[1:], settings)}"
    if option.name == "palette":
        return _palette(word, settings)
    return (
        _place(word, settings) if isinstance(option.type, click.Path) and word != STREAM else word
    )


def _palette(name: str, settings: Settings) -> str:
    from colorquant.palettes.builtin.catalog import names

    return name if name.lower() in names() else _place(name, settings)


def _place(name: str, settings: Settings) -> str:
    if is_url(name):
        if settings.found:
            raise ValueError(f"a file that is found may not name a URL, as {name!r}")
        return name
    return str(settings.path.parent / name)
