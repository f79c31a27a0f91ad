"""What the command ``palette`` prints and writes."""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from colorquant.cli.options.help import UsageError
from colorquant.cli.options.streams import STREAM
from colorquant.cli.shown.swatches import contrast_lines, painting, swatch_lines
from colorquant.errors import ImageWriteError
from colorquant.storage.places import as_place, check_target, same_place

if TYPE_CHECKING:
    from colorquant.palette import Palette

__all__ = ["Output", "print_lines"]


@dataclass(frozen=True)
class Output:
    """Where a palette goes, and how.

    Parameters
    ----------
    place : str or None
        A file, or - for stdout. Without one, the palette is printed.
    format : str or None
        Name of the format of palette files.
    swatch : int
        Width and height of each color in a picture.
    as_json : bool
        Whether to print one JSON object.
    contrast : bool
        Whether to print the contrast of each two colors.
    force : bool
        Whether an existing file is replaced.
    """

    place: str | None
    format: str | None
    swatch: int
    as_json: bool
    contrast: bool
    force: bool

    def check(self, inputs: tuple[str, ...]) -> None:
        """Refuse options that conflict, and a file that cannot be written, before any work."""
        place = self.place
        if place is None and (self.format is not None or self.swatch != 1):
            name = "--swatch" if self.format is None else "--format"
            raise UsageError(f"{name} is for -o; name a file, or - for stdout")
        if place == STREAM and self.format is None:
            raise UsageError("-o - needs --format, as stdout has no extension")
        if place == STREAM and (self.as_json or self.contrast):
            raise UsageError("with -o - the palette alone is written to stdout")
        if place is not None and self.contrast and not self.as_json:
            raise UsageError("with -o nothing is printed; leave out --contrast, or add --json")
        if sys.stdout is None and (place in (None, STREAM) or self.as_json):
            raise UsageError("the palette is written to stdout, which is closed")
        if len(inputs) > 1 and STREAM in inputs:
            raise UsageError("- is for one image alone")
        if place is not None:
            self._check_target(place, inputs)

    def _check_target(self, place: str, inputs: tuple[str, ...]) -> None:
        from colorquant.palettes.files.formats import palette_format

        target = as_place(place)
        palette_format(target, self.format)
        if place == STREAM:
            return
        if any(same_place(target, as_place(each)) for each in inputs if each != STREAM):
            raise ImageWriteError(f"{target}: is one of the images")
        check_target(target, overwrite=self.force)

    def give(self, found: "Palette") -> None:
        """Write a palette to its file, and print what is asked for."""
        from colorquant.palettes.files.formats import palette_bytes
        from colorquant.storage.files import Writing, write_files, write_stream

        # All is made before anything is written.
        printed = b""
        if self.as_json or self.place is None:
            printed = _encoded(self._printed(found))
        if self.place is not None:
            target = as_place(self.place)
            data = palette_bytes(found, target, self.format, swatch=self.swatch)
            if self.place == STREAM:
                printed = _for_stream(data)
            else:
                write_files({target: data}, Writing(overwrite=self.force))
        if printed:
            write_stream(sys.stdout.buffer, printed)

    def _printed(self, found: "Palette") -> list[str]:
        if self.as_json:
            return [_object(found, contrast=self.contrast)]
        return _lines(found, contrast=self.contrast)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines to stdout.

    Raises
    ------
    ImageWriteError
        If it is closed.
    """
    from colorquant.storage.files import write_stream

    if sys.stdout is None:
        raise UsageError("the palettes are listed on stdout, which is closed")
    write_stream(sys.stdout.buffer, _encoded(lines))


def _encoded(lines: Iterable[str]) -> bytes:
    text = "".join(f"{line}\n" for line in lines)
    return text.encode(getattr(sys.stdout, "encoding", None) or "utf-8", "replace")


def _for_stream(data: bytes) -> bytes:
    """Refuse a file that is not text for a terminal."""
    try:
        data.decode()
    except UnicodeDecodeError:
        if sys.stdout.isatty():
            raise UsageError(
                "this format is not text, so it is not written to a terminal"
            ) from None
    return data


def _object(found: "Palette", *, contrast: bool) -> str:
    from colorquant.palettes.described import described, described_contrast

    told: dict[str, Any] = {"colors": described(found)}
    if contrast:
        told["contrast"] = described_contrast(found)
    return json.dumps(told)


def _lines(found: "Palette", *, contrast: bool) -> "list[str]":
    """Return what is printed: on a terminal for people, elsewhere for programs."""
    if sys.stdout.isatty():
        lines = swatch_lines(found, painting(os.environ))
        return [*lines, "", *contrast_lines(found)] if contrast else lines
    if contrast:
        return _pairs(found)
    return found.hex()


def _pairs(found: "Palette") -> list[str]:
    from colorquant.palettes.described import described_contrast

    ratios = described_contrast(found)
    colors = found.hex()
    return [
        f"{colors[one]}\t{colors[other]}\t{ratio:.2f}"
        for one, other in combinations(range(len(colors)), 2)
        if (ratio := ratios[one][other]) is not None
    ]
