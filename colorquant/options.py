"""The options of a run, with all defaults and bounds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Unpack, cast

from colorquant.bounds import BoundOptions
from colorquant.checks import check_bool, check_int
from colorquant.choices import (
    AUTO,
    MAX_COLORS,
    Colors,
    FileChanges,
    OptionChanges,
    OtherChanges,
    require_known,
)
from colorquant.entries import EntryOptions
from colorquant.errors import InvalidInputError
from colorquant.look import LookOptions
from colorquant.reading import ReadingOptions
from colorquant.search import SearchOptions, number_parameter
from colorquant.shaping import ShapingOptions
from colorquant.writing import WritingOptions

__all__ = [
    "QuantizeOptions",
    "chosen_options",
    "file_options",
]


# Colors if no number is given, and at most if it is to be found.
_COLORS, _AUTO_COLORS = 16, 256


@dataclass(frozen=True, init=False, repr=False)
class QuantizeOptions:
    """Options for quantizing an image.

    Parameters
    ----------
    k : int or "auto", optional
        Number of palette colors, 1 to 65,536, or ``"auto"`` for the fewest that meet the bounds. By
        default 16, and ``"auto"`` with a bound.
    per_frame_palette : bool
        Whether each frame has its own palette, if the format allows it.
    search : SearchOptions, optional
    entries : EntryOptions, optional
    look : LookOptions, optional
    shaping : ShapingOptions, optional
    bounds : BoundOptions, optional
    reading : ReadingOptions, optional
    **others
        The parameters of these six classes, by name.

    Raises
    ------
    InvalidInputError
        If a value is outside its range, a name is unknown, or options exclude each other.

    Examples
    --------
    >>> from colorquant import QuantizeOptions
    >>> options = QuantizeOptions(k=8, effort="best")
    >>> options.changed(k=12)
    QuantizeOptions(k=12, effort='best')
    >>> options.search.effort
    'best'
    """

    k: int | Literal["auto"]
    per_frame_palette: bool
    search: SearchOptions
    entries: EntryOptions
    look: LookOptions
    shaping: ShapingOptions
    bounds: BoundOptions
    reading: ReadingOptions
    # Whether k was given, not the default.
    _given: bool = field(init=False, compare=False)

    def __init__(
        self,
        k: Colors = None,
        *,
        search: SearchOptions | None = None,
        entries: EntryOptions | None = None,
        look: LookOptions | None = None,
        shaping: ShapingOptions | None = None,
        bounds: BoundOptions | None = None,
        reading: ReadingOptions | None = None,
        **others: Unpack[OtherChanges],
    ) -> None:
        require_known(others, OptionChanges)
        per_frame = others.get("per_frame_palette", False)
        check_bool("per_frame_palette", per_frame)
        given = {
            "search": search,
            "entries": entries,
            "look": look,
            "shaping": shaping,
            "bounds": bounds,
            "reading": reading,
        }
        kept: dict[str, Any] = {
            name: _part(name, given[name], kind, others) for name, kind in _PARTS.items()
        }
        usual = AUTO if kept["bounds"].named else _COLORS
        kept["k"] = usual if k is None else k
        if kept["k"] != AUTO:
            kept["k"] = check_int("k", kept["k"], 1, MAX_COLORS)
        kept["_given"] = k is not None
        kept["per_frame_palette"] = bool(per_frame)
        for name, value in kept.items():
            object.__setattr__(self, name, value)
        self._check_together()

    def _check_together(self) -> None:
        pins = self.entries.pins
        if self.search.clusterer:
            self._check_clusterer()
        if self.search.engine == "sklearn":
            if not self.look.is_plain:
                raise InvalidInputError(
                    "engine 'sklearn' knows neither objective 'perceptual' nor dithering",
                    *("engine", "objective", "dither"),
                )
            if pins:
                raise InvalidInputError("engine 'sklearn' knows no pins", "engine", "pins")
            if self.bounds.max_lost is not None and not self.is_auto:
                raise InvalidInputError(
                    "engine 'sklearn' can keep no colors for max_lost; leave out k",
                    *("engine", "max_lost", "k"),
                )
        if len(pins) > self.most_colors:
            raise InvalidInputError(
                f"k must be at least the number of pinned colors, {len(pins)}", "k", "pins"
            )
        if self.bounds.max_colors is not None and not self.is_auto:
            raise InvalidInputError("max_colors is for k auto", "max_colors", "k")
        if self.per_frame_palette and (self.is_auto or self.bounds.named):
            raise InvalidInputError(
                "per_frame_palette and bounds exclude each other: they are met by one palette for "
                "all frames",
                *("per_frame_palette", "k", *self.bounds.named),
            )

    def _check_clusterer(self) -> None:
        """Refuse what a clusterer of scikit-learn cannot do."""
        if self.entries.pins:
            raise InvalidInputError(
                "a clusterer as the engine moves all centers; it knows no pins", "engine", "pins"
            )
        if self.is_auto or self.bounds.named:
            raise InvalidInputError(
                "bounds are met by own engines; a clusterer finds the number of colors itself, or "
                "takes k",
                *("engine", "k"),
            )
        engine = self.search.clusterer
        if self._given and engine and not number_parameter(engine):
            raise InvalidInputError(
                f"the engine {type(engine).__name__} has its own number of colors; leave out k",
                *("engine", "k"),
            )

    @property
    def is_auto(self) -> bool:
        """Whether the number of colors is to be found."""
        return self.k == AUTO

    @property
    def most_colors(self) -> int:
        """The number of colors or, if it is to be found, the largest that is allowed."""
        if isinstance(self.k, int):
            return self.k
        return self.bounds.max_colors or _AUTO_COLORS

    @property
    def label(self) -> str:
        """What names of results tell of the number of colors."""
        return AUTO if self.is_auto else f"{self.k}colors"

    @property
    def is_bounded(self) -> bool:
        """Whether a bound has to be met, or colors that are lost are looked for."""
        return self.is_auto or bool(self.bounds.named) or self.bounds.finds_lost

    def with_colors(self, number: int, **changes: Unpack[OptionChanges]) -> "QuantizeOptions":
        """Return these options with a number of colors, without bounds, and otherwise changed."""
        free: dict[str, Any] = asdict(BoundOptions()) | changes
        if not self.search.clusterer:
            # A clusterer meets no bounds, and keeps the number that it has.
            free["k"] = number
        return self.changed(**cast("OptionChanges", free))

    def __repr__(self) -> str:
        default, own = QuantizeOptions().named(), self.named()
        told = [f"{name}={value!r}" for name, value in own.items() if value != default.get(name)]
        return f"QuantizeOptions({', '.join(told or [f'k={self.k}'])})"

    def changed(self, **changes: Unpack[OptionChanges]) -> "QuantizeOptions":
        """Return these options with some of them changed.

        Raises
        ------
        InvalidInputError
            If a value is outside its range, or a name is unknown.
        """
        named = self.named()
        if not self._given:
            # Bounds decide what the default is.
            del named["k"]
        return QuantizeOptions(**named | changes)

    def named(self) -> OptionChanges:
        """Return all options by name."""
        named: dict[str, Any] = {"k": self.k, "per_frame_palette": self.per_frame_palette}
        for part in _PARTS:
            own = getattr(self, part)
            named |= {each.name: getattr(own, each.name) for each in fields(own)}
        return cast("OptionChanges", named)


_PARTS: dict[str, type] = {
    "search": SearchOptions,
    "entries": EntryOptions,
    "look": LookOptions,
    "shaping": ShapingOptions,
    "bounds": BoundOptions,
    "reading": ReadingOptions,
}


def chosen_options(options: QuantizeOptions | None, changes: OptionChanges) -> QuantizeOptions:
    """Return options, by default the default ones, with some of them changed by name.

    Raises
    ------
    InvalidInputError
        If `options` is of another type, a name is unknown, or a value is not allowed.
    """
    if options is not None and not isinstance(options, QuantizeOptions):
        raise InvalidInputError(
            f"options must be QuantizeOptions, not {options!r}; "
            "name each option, as k=8 for the number of colors"
        )
    return (options or QuantizeOptions()).changed(**changes)


def file_options(
    options: QuantizeOptions | None, changes: FileChanges
) -> tuple[QuantizeOptions, WritingOptions]:
    """Return the options for an image and for its file, some of them changed by name.

    Raises
    ------
    InvalidInputError
        As for `chosen_options`.
    """
    require_known(changes, FileChanges)
    writing = _of(WritingOptions, changes)
    others = {name: value for name, value in changes.items() if name not in writing}
    return chosen_options(options, cast("OptionChanges", others)), WritingOptions(**writing)


def _of(kind: type, changes: Mapping[str, object]) -> dict[str, Any]:
    """Return the changes to fields of one class of options."""
    return {each.name: changes[each.name] for each in fields(kind) if each.name in changes}


def _part(name: str, given: object, kind: type, changes: Mapping[str, object]) -> Any:
    """Return one class of options, some of them changed."""
    if given is not None and not isinstance(given, kind):
        raise InvalidInputError(f"{name} must be {kind.__name__}, not {given!r}", name)
    return replace(cast("Any", given) or kind(), **_of(kind, changes))
