"""Options for writing a result to a file."""

from dataclasses import dataclass, fields
from typing import cast

from colorquant.checks import check_bool, check_level, check_number
from colorquant.choices import FileChanges, Level
from colorquant.errors import InvalidInputError

__all__ = ["WritingOptions"]


@dataclass(frozen=True)
class WritingOptions:
    """Options for writing a result to a file.

    Parameters
    ----------
    format : str, optional
        Format of the output, named as an extension. By default, the extension of the output
        decides, and PNG is used without one.
    force : bool
        Whether existing files are replaced. This never replaces the source.
    in_place : bool
        Whether the source is replaced; then no other output can be named.
    break_links : bool
        Whether a file with other hard links is replaced; these keep the old content.
    keep_times : bool
        Whether the output gets the source's times of access and modification.
    sync : bool
        Whether a file is synced to the disk before it takes its name.
    skip_if_larger : bool
        Whether a result that is not smaller than its source is refused.
    min_saving : float, optional
        A result that saves less than this percentage of its source's bytes is refused, too.
    optimize : int or "max", optional
        Deflate a PNG again, at a level from 1 to 6 or as small as possible. True is 2. Needs
        pyoxipng.

    Raises
    ------
    InvalidInputError
        If a value is not of its type, or outside its range.
    """

    format: str | None = None
    force: bool = False
    in_place: bool = False
    break_links: bool = False
    keep_times: bool = False
    sync: bool = False
    skip_if_larger: bool = False
    min_saving: float | None = None
    optimize: Level | None = None

    @property
    def least_saving(self) -> float | None:
        """The percentage that must be saved; at 0 one byte; None if all results are taken."""
        if self.min_saving is None and self.skip_if_larger:
            return 0.0
        return self.min_saving

    def named(self) -> FileChanges:
        """Return these options by name."""
        names = (each.name for each in fields(WritingOptions))
        return cast("FileChanges", {name: getattr(self, name) for name in names})

    def __post_init__(self) -> None:
        if self.format is not None and not isinstance(self.format, str):
            raise InvalidInputError(f"format must be a name as 'png', not {self.format!r}")
        for name in ("force", "in_place", "break_links", "keep_times", "sync", "skip_if_larger"):
            check_bool(name, getattr(self, name))
        if self.min_saving is not None:
            percent = check_number("min_saving", self.min_saving, 0, 100)
            object.__setattr__(self, "min_saving", percent)
        object.__setattr__(self, "optimize", check_level("optimize", self.optimize))
