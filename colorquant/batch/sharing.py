"""One palette for many images: found once, recorded, and written."""

import os
from collections.abc import Sequence
from pathlib import Path

from colorquant.batch.counting import gather
from colorquant.batch.discovery import Found
from colorquant.batch.manifest import Manifest, add_record, settle_palette
from colorquant.batch.plan import BatchOptions
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.counted import shared_palette
from colorquant.storage.files import Writing, write_files
from colorquant.storage.places import is_remote, make_folder, read_errors
from colorquant.storage.stamps import Stamp

__all__ = ["find_shared", "palette_home", "settle_shared", "write_palette"]


def find_shared(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions
) -> Palette | None:
    """Find the palette that fits all images together.

    Images that cannot be read are left out. The palette depends neither on the order of the
    files nor on the number of processes.

    Parameters
    ----------
    plan : sequence of (Found, Path)
        Sources and their targets.
    options : QuantizeOptions
    batch : BatchOptions

    Returns
    -------
    Palette or None
        None if no image can be read.

    Raises
    ------
    BoundError
        If a bound is missed.
    """
    total, _ = gather(plan, options, batch)
    if total is None:
        return None
    return shared_palette(total.table(), options)


def settle_shared(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions, key: str
) -> Palette | None:
    """Find the palette of all images, or take the recorded one; write it to ``palette_out``.

    A run in place records the palette before any image loses its own colors. Later and
    concurrent runs then use the recorded palette.

    Parameters
    ----------
    plan : sequence of (Found, Path)
        Sources and their targets.
    options : QuantizeOptions
    batch : BatchOptions
    key : str
        Fingerprint of the options.

    Returns
    -------
    Palette or None
        None if no image can be read.

    Raises
    ------
    ImageReadError, ImageWriteError
        If the palette cannot be recorded or written.
    """
    # Sorted, so that concurrent runs ask the same folder first.
    folders = sorted({batch.manifest_folder(found) for found, _ in plan} if batch.in_place else ())
    palette = None
    if not batch.force:
        known = (Manifest(folder).palette(key) for folder in folders)
        palette = next((each for each in known if each and len(each) <= options.most_colors), None)
    palette = palette or find_shared(plan, options, batch)
    if palette is None or batch.dry_run:
        return palette
    for number, folder in enumerate(folders):
        # The first folder decides; the others get the same palette.
        palette = settle_palette(folder, key, palette, anew=number > 0 or batch.force)
    if batch.palette_out:
        write_palette(palette, plan, batch)
    return palette


def write_palette(
    palette: Palette, plan: Sequence[tuple[Found, Path]], batch: BatchOptions
) -> None:
    """Write the palette of all images to ``palette_out``.

    Raises
    ------
    ImageReadError, ImageWriteError
        If it cannot be written.
    """
    place = batch.palette_out
    if place:
        home = palette_home(place, batch.manifest_folder(plan[0][0]))
        _write(palette, place, home, force=batch.force)


def palette_home(place: Path, folder: Path) -> Path:
    """Return the folder that records a palette file: ``folder`` if the file is inside it."""
    if is_remote(place) or is_remote(folder):
        inside = str(place).startswith(f"{str(folder).rstrip('/')}/")
    else:
        inside = Path(os.path.relpath(place, folder)).parts[0] != os.pardir
    return folder if inside else place.parent


def _write(palette: Palette, path: Path, folder: Path, *, force: bool) -> None:
    """Write a palette, also over a file that the folder's manifest records as ours."""
    from colorquant.palettes.files.formats import palette_bytes  # Seldom needed.

    data = palette_bytes(palette, path)

    def record(place: Path, stamp: Stamp) -> None:
        add_record(folder, path, "palette", source=None, written=place, stamp=stamp)

    make_folder(folder)
    how = Writing(overwrite=force or Manifest(folder).is_ours(path), announce=record)
    with read_errors(path):
        if path.is_file() and path.read_bytes() == data:
            return
    write_files({path: data}, how)
