"""Layers of settings, one above the other: a file and its preset, and a preset that is named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from colorquant.errors import InvalidInputError, printable
from colorquant.settings.files import Settings, toml_of
from colorquant.settings.presets import preset_named

__all__ = ["Key", "Layer", "Layers", "layers_of"]

_PRESET = "preset"


class Key(NamedTuple):
    """What a file may set by one name."""

    parameter: str
    """The parameter that has the value."""
    elsewhere: bool
    """Whether it makes the command write elsewhere, replace or run something. A file that was found
    may come from others, so it may not set this."""
    taken: Callable[[Any, Settings | None], Any]
    """Checks a value of a file, and returns that of the parameter. It raises `ValueError`, with
    what is wrong about the value."""


class Layer(NamedTuple):
    """Values of parameters that have the same source."""

    source: str
    """To be shown: a file, or a preset."""
    values: dict[str, Any]


class Layers:
    """Layers of values, of which higher ones win; what the user types is above all of them.

    Parameters
    ----------
    layers : sequence of Layer
        The lowest first.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)
        # The ranks of what they gave way to, by the parameters that did.
        self._gone: dict[str, int] = {}

    @property
    def values(self) -> dict[str, Any]:
        """The values that hold, by parameter."""
        found: dict[str, Any] = {}
        for layer in self._layers:
            found |= layer.values
        return {name: value for name, value in found.items() if name not in self._gone}

    @property
    def gone(self) -> list[tuple[str, Any, str]]:
        """Parameters that gave way, with their values and sources."""
        return [
            (name, layer.values[name], layer.source)
            for layer in self._layers
            for name in layer.values
            if name in self._gone
        ]

    def told(self, typed: Iterable[str], keys: Mapping[str, str]) -> list[str]:
        """Return a line on each layer that sets something below what was typed: its values.

        Parameters
        ----------
        typed : iterable of str
            Parameters.
        keys : mapping of str to str
            The keys of parameters in a file.
        """
        above = set(typed)
        lines = []
        for layer in self._layers:
            pairs = (
                f"{keys[name]} = {toml_of(value)}"
                for name, value in layer.values.items()
                if name in keys and self.source(name) == layer.source and name not in above
            )
            if told := ", ".join(pairs):
                lines.append(f"from {layer.source}: {told}")
        return lines

    def source(self, name: str) -> str | None:
        """Return where the value of a parameter comes from, if not from the user or a default."""
        rank = self._rank(name)
        return self._layers[rank - 1].source if rank and name not in self._gone else None

    def give_way(self, names: Iterable[str], typed: Iterable[str]) -> bool:
        """Take away the lower ones of parameters that exclude each other; return whether any are.

        Parameters
        ----------
        names : iterable of str
            Parameters that exclude each other.
        typed : iterable of str
            The parameters that the user typed.
        """
        above = len(self._layers) + 1
        typed = set(typed)
        ranks = {
            name: above if name in typed else self._gone.get(name, self._rank(name))
            for name in names
        }
        highest = max(ranks.values(), default=0)
        lower = [
            name
            for name, rank in ranks.items()
            if name not in typed and name not in self._gone and 0 < self._rank(name) < highest
        ]
        self._gone |= dict.fromkeys(lower, highest)
        return bool(lower)

    def _rank(self, name: str) -> int:
        """Return the place of the highest layer that has a parameter, from 1; 0 if none has."""
        ranks = (rank for rank, layer in enumerate(self._layers, 1) if name in layer.values)
        return max(ranks, default=0)


def layers_of(settings: Settings | None, preset: str | None, keys: Mapping[str, Key]) -> Layers:
    """Return the layers of a file and of presets: one that the file names is below the file.

    Parameters
    ----------
    settings : Settings, optional
        What a file sets.
    preset : str, optional
        The preset that the user names.
    keys : mapping of str to Key
        What may be set.

    Raises
    ------
    InvalidInputError
        If there is no such key or preset, or a value is none of its key.
    """
    layers: list[Layer] = []
    own: dict[str, dict[str, Any]] = {}
    if settings:
        values, own = dict(settings.values), settings.presets
        for name, table in own.items():
            # All are checked, so that a slip shows before one is used.
            _taken(table, f"{settings.name}: preset {printable(name)}", settings, keys)
        if _PRESET in values:
            layers.append(_preset(values.pop(_PRESET), settings, keys))
        layers.append(
            Layer(settings.name, _taken(values, settings.name, settings, keys)),
        )
    if preset is not None:
        where = settings if preset in own else None
        layers.append(Layer(f"preset {preset}", _named(preset, own, where, keys)))
    return Layers(layers)


def _preset(name: object, settings: Settings, keys: Mapping[str, Key]) -> Layer:
    """Return the preset that a file names."""
    if not isinstance(name, str):
        raise InvalidInputError(f"{settings.name}: preset: it is not a name")
    where = settings if name in settings.presets else None
    try:
        values = _named(name, settings.presets, where, keys)
    except InvalidInputError as error:
        raise InvalidInputError(f"{settings.name}: preset: {error}") from error
    return Layer(f"preset {name} of {settings.name}", values)


def _named(
    name: str,
    own: Mapping[str, dict[str, Any]],
    settings: Settings | None,
    keys: Mapping[str, Key],
) -> dict[str, Any]:
    return _taken(preset_named(name, own), f"preset {printable(name)}", settings, keys)


def _taken(
    table: Mapping[str, Any], where: str, settings: Settings | None, keys: Mapping[str, Key]
) -> dict[str, Any]:
    """Return values by parameter, each checked."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            raise InvalidInputError(f"{where}: {_unknown(name, keys)}")
        if key.elsewhere and settings and settings.found:
            raise InvalidInputError(
                f"{where}: {name}: a file that is found may not set this; name the file by --config"
            )
        if key.parameter in found:
            raise InvalidInputError(f"{where}: {name}: another key sets the same")
        try:
            found[key.parameter] = key.taken(value, settings)
        except ValueError as error:
            raise InvalidInputError(f"{where}: {name}: {error}") from error
    return found


def _unknown(name: str, keys: Mapping[str, Key]) -> str:
    told = f"there is no key {printable(name)!r}"
    positive = name.removeprefix("no-")
    if positive != name and positive in keys:
        return f"{told}; write {positive} = false"
    from difflib import get_close_matches

    near = get_close_matches(name.replace("_", "-"), keys, 1)
    return f"{told}; did you mean {near[0]!r}?" if near else told
