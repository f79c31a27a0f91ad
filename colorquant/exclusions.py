"""Options of different classes that exclude each other."""

from colorquant.entries import EntryOptions
from colorquant.errors import InvalidInputError

__all__ = ["check_palette_source", "check_pool", "check_search"]


def check_search(entries: EntryOptions) -> None:
    """Refuse options for the search of a palette beside one that is given.

    Raises
    ------
    InvalidInputError
        If there is one.
    """
    for name in ("pins", "depth", "order"):
        if getattr(entries, name):
            raise InvalidInputError(
                f"palette and {name} exclude each other: a given palette keeps its colors and "
                "their order",
                *("palette", name),
            )


def check_palette_source(*, given: bool, shared: bool) -> None:
    """Refuse a palette that is both given, and found for many images.

    Raises
    ------
    InvalidInputError
        If it is both.
    """
    if given and shared:
        raise InvalidInputError(
            "palette and shared_palette exclude each other: a palette is given or found",
            *("palette", "shared_palette"),
        )


def check_pool(*, cluster: bool, jobs: bool) -> None:
    """Refuse a cluster together with a number of processes.

    Raises
    ------
    InvalidInputError
        If there are both.
    """
    if cluster and jobs:
        raise InvalidInputError(
            "cluster and jobs exclude each other: a cluster has its own number of processes",
            *("cluster", "jobs"),
        )
