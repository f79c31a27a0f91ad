"""The command ``config``: show which settings hold, and where each comes from."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from colorquant.cli.options.help import HELP, UsageError
from colorquant.cli.options.layered import LayeredCommand, layers_here, settings_here, words_of
from colorquant.cli.options.listed import NAMES, SETTINGS, declared, parameters
from colorquant.cli.options.option import GroupedOption
from colorquant.cli.options.together import quantize_options
from colorquant.cli.shown.messages import translated, write_line
from colorquant.errors import printable
from colorquant.settings.files import toml_of
from colorquant.storage.places import has_working_folder

__all__ = ["config"]

# They also say how this command prints.
_OF_CONFIG = ("as_json", "verbose")
_TYPED, _DEFAULT = "command line", "default"


class _Setting(NamedTuple):
    key: str
    value: Any
    source: str


@click.command(cls=LayeredCommand, shared=declared, check=quantize_options, context_settings=HELP)
@parameters(*NAMES)
def config(*, as_json: bool, verbose: bool, **chosen: Any) -> None:
    """Show which settings hold for images, and where each comes from.

    They are those of the command line, of --preset, and of the file that is found from the working
    folder upwards: colorquant.toml, or pyproject.toml with a table tool.colorquant. What is shown
    can stand in such a file. -v shows the defaults, too; --json prints one object.

    \b
    Examples:
      colorquant config
      colorquant config --preset photo --colors 64
      colorquant config --no-config -v
    """  # noqa: D301
    if sys.stdout is None:
        raise UsageError("the settings are written to stdout, which is closed")
    values = {"as_json": as_json, "verbose": verbose, **chosen}
    with translated(""):
        quantize_options(values)
        found = list(_settings(click.get_current_context(), values))
        shown = [each for each in found if verbose or each.source != _DEFAULT]
        lines = [_object(shown)] if as_json else [*_heading(), *map(_line, shown), *_gone()]
        for line in lines:
            write_line(line)


def _settings(ctx: click.Context, values: dict[str, Any]) -> Iterator[_Setting]:
    """Yield what holds, in the order of the help."""
    layers = layers_here()
    for option in ctx.command.params:
        name = option.name or ""
        if not isinstance(option, GroupedOption) or name in SETTINGS or name not in values:
            continue
        source = ctx.get_parameter_source(name)
        if source is ParameterSource.DEFAULT_MAP:
            told = layers.source(name) or _DEFAULT
        else:
            told = _TYPED if source is ParameterSource.COMMANDLINE else _DEFAULT
        if told == _TYPED and name in _OF_CONFIG:
            continue
        value = values[name]
        yield _Setting(option.word[2:], list(value) if option.multiple else value, told)


def _heading() -> list[str]:
    """Return the line on the file, as a comment."""
    settings = settings_here()
    if settings:
        return [f"# file: {settings.path}"]
    if not has_working_folder():
        return ["# no file: there is no working folder"]
    return [f"# no file: neither {Path.cwd()} nor a folder above it has one, or --no-config is set"]


def _line(setting: _Setting) -> str:
    """Return a line of TOML; what is not set is a comment, as TOML has no word for it."""
    if setting.value is None:
        return f"# {setting.key}: not set"
    return f"{setting.key} = {toml_of(setting.value)}  # {printable(setting.source)}"


def _gone() -> list[str]:
    """Return the lines on what higher layers exclude, as comments."""
    keys = words_of(click.get_current_context().command)
    return [
        f"# {keys[name]} = {toml_of(value)} of {printable(source)} gives way to what is above it"
        for name, value, source in layers_here().gone
    ]


def _object(settings: list[_Setting]) -> str:
    found = settings_here()
    told = {each.key: {"value": each.value, "source": each.source} for each in settings}
    return json.dumps({"file": str(found.path) if found else None, "settings": told})
