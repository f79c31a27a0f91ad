"""Commands whose options may also stand in a file of settings, or come from a preset."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from colorquant.bounds import BoundOptions
from colorquant.choices import AUTO
from colorquant.cli.options.help import Command
from colorquant.cli.options.keys import key_of
from colorquant.cli.options.option import GroupedOption
from colorquant.errors import InvalidInputError
from colorquant.settings.files import Settings, find_settings, read_settings
from colorquant.settings.layers import Layers, layers_of
from colorquant.storage.places import has_working_folder

__all__ = ["LayeredCommand", "layers_here", "lines_on_layers", "settings_here", "words_of"]

_LAYERS, _SETTINGS = "colorquant.layers", "colorquant.settings"
# They choose the layers themselves.
_CHOOSERS = ("config", "no_config", "preset")
_BOUNDS = [name for name in BoundOptions.__dataclass_fields__ if name != "lost_colors"]


def layers_here() -> Layers:
    """Return the layers of settings of the running command; none if it has none."""
    context = click.get_current_context(silent=True)
    found = context.meta.get(_LAYERS) if context else None
    return found if isinstance(found, Layers) else Layers([])


def settings_here() -> Settings | None:
    """Return the file of settings of the running command, if it has one."""
    context = click.get_current_context(silent=True)
    found = context.meta.get(_SETTINGS) if context else None
    return found if isinstance(found, Settings) else None


def lines_on_layers() -> list[str]:
    """Return what the running command takes from files and presets, a line for each."""
    context = click.get_current_context()
    return layers_here().told(_typed(context), words_of(context.command))


def words_of(command: click.Command) -> dict[str, str]:
    """Return the key of each parameter of a command in a file."""
    options = (each for each in command.params if isinstance(each, GroupedOption))
    return {each.name: each.word[2:] for each in options if each.name}


class LayeredCommand(Command):
    """A command that takes options from a file and from presets, too.

    Parameters
    ----------
    shared : callable
        Returns the options that a file may set. The command takes those that it has itself.
    check : callable
        Called with the values of all parameters. It raises `InvalidInputError`, with their names,
        if some exclude each other; lower layers then give way.
    """

    def __init__(
        self,
        *args: Any,
        shared: Callable[[], Iterable[click.Option]],
        check: Callable[[dict[str, Any]], object],
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self._shared, self._check = shared, check

    def parse_words(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments above the layers below them."""
        layers = None if ctx.resilient_parsing else self._layers(ctx, args)
        if layers is None:
            return super().parse_words(ctx, args)
        ctx.meta[_LAYERS] = layers
        own = {_identity(each) for each in self.params}
        ours = {each.name for each in self._shared() if _identity(each) in own}
        while True:
            values = layers.values
            ctx.default_map = {name: values[name] for name in values if name in ours}
            ctx.params.clear()
            rest = super().parse_words(ctx, list(args))
            excluding = self._excluding(ctx) if ctx.default_map else ()
            if not any(layers.give_way(names, _typed(ctx)) for names in excluding):
                return rest

    def _layers(self, ctx: click.Context, args: list[str]) -> Layers | None:
        """Return the layers that the arguments choose; None if they only ask for a text."""
        typed, _, _ = self.make_parser(ctx).parse_args(list(args))
        if any(each.is_eager and typed.get(each.name) for each in self.get_params(ctx)):
            return None
        named, without = typed.get("config"), typed.get("no_config")
        if named and without:
            raise click.UsageError("--config and --no-config exclude each other", ctx)
        try:
            settings = None if without else _settings(named)
            ctx.meta[_SETTINGS] = settings
            keys = {
                each.word[2:]: key_of(each)
                for each in self._shared()
                if isinstance(each, GroupedOption) and each.name not in _CHOOSERS
            }
            return layers_of(settings, typed.get("preset"), keys)
        except InvalidInputError as error:
            raise click.UsageError(str(error), ctx) from error

    def _excluding(self, ctx: click.Context) -> Iterator[Sequence[str]]:
        """Yield parameters of which those in lower layers give way."""
        numbers = [name for name in ("k", "palette") if ctx.params.get(name) not in (None, AUTO)]
        bounds = [name for name in _BOUNDS if ctx.params.get(name) is not None]
        # Each of the two says how many colors there are, or where the result goes.
        yield from product(numbers, bounds)
        if ctx.params.get("in_place") and ctx.params.get("output") is not None:
            yield "in_place", "output"
        try:
            self._check(dict(ctx.params))
        except InvalidInputError as error:
            # A dry run is to write nothing, whatever else is asked for.
            if "dry_run" not in error.arguments:
                yield error.arguments


def _typed(ctx: click.Context) -> set[str]:
    """Return the names of the parameters that the user typed."""
    return {
        name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def _identity(option: click.Parameter) -> tuple[object, ...]:
    """Return what tells whether two options are one, which two commands have."""
    return option.name, *option.opts, getattr(option, "help", None)


def _settings(named: str | None) -> Settings | None:
    if named is not None:
        return read_settings(Path(named))
    return find_settings(Path.cwd()) if has_working_folder() else None
