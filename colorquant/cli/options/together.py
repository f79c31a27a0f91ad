"""What the options of a call make together; what excludes each other is refused."""

from collections.abc import Mapping
from typing import Any

from colorquant.bounds import size_of
from colorquant.checks import check_int
from colorquant.cli.options.entries import pins_of
from colorquant.errors import InvalidInputError
from colorquant.exclusions import check_palette_source, check_pool, check_search
from colorquant.options import QuantizeOptions
from colorquant.writing import WritingOptions

__all__ = ["image_options", "quantize_options"]

_WRITING = tuple(WritingOptions.__dataclass_fields__)


def image_options(chosen: Mapping[str, Any], **others: Any) -> QuantizeOptions:
    """Return the options for images, of all that were chosen; names after @ are read.

    Raises
    ------
    ImageReadError
        If a palette whose colors are pinned cannot be read.
    InvalidInputError
        If an option has a value that it cannot have, or some exclude each other.
    """
    names = (name for name in QuantizeOptions().named() if name in chosen)
    picked = {name: chosen[name] for name in names}
    if "pins" in picked:
        picked["pins"] = pins_of(picked["pins"])
    return QuantizeOptions(**{**picked, **others})


def quantize_options(chosen: Mapping[str, Any]) -> QuantizeOptions:
    """Return the options of the command ``quantize``; refuse those that exclude each other.

    Raises
    ------
    ImageReadError
        If a palette whose colors are pinned cannot be read.
    InvalidInputError
        With the names of the options.
    """
    if chosen["verbose"] and chosen["quiet"]:
        raise InvalidInputError("verbose and quiet exclude each other", "verbose", "quiet")
    given, shared = bool(chosen["palette"]), chosen["shared_palette"]
    if given and chosen["k"] is not None:
        raise InvalidInputError("palette has its own number of colors; leave out k", "palette", "k")
    check_palette_source(given=given, shared=shared)
    if chosen["weight"] != "pixels" and not shared:
        raise InvalidInputError("weight is for shared_palette", "weight", "shared_palette")
    if chosen["gallery"] and chosen["dry_run"]:
        message = "gallery and dry_run exclude each other: a dry run writes nothing"
        raise InvalidInputError(message, "gallery", "dry_run")
    if chosen["jobs"] is not None:
        check_int("jobs", chosen["jobs"], 1, None)
        check_pool(cluster=chosen["cluster"] is not None, jobs=True)
    if chosen["memory"] is not None:
        size_of("memory", chosen["memory"])
    WritingOptions(**{name: chosen[name] for name in _WRITING})
    options = image_options(chosen)
    if given:
        check_search(options.entries)
    if shared:
        from colorquant.pipeline.counted import require_shared

        require_shared(options)
    return options
