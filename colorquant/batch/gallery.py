"""The gallery of a batch run: each outcome leaves its picture there."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from colorquant.batch.one_image import Outcome
from colorquant.batch.plan import BatchOptions, Plan
from colorquant.errors import ImageWriteError
from colorquant.pipeline.gallery import Gallery, entry_of, find_gallery
from colorquant.storage.files import Writing

__all__ = ["check_gallery", "with_gallery"]


def check_gallery(place: Path, plan: Plan, batch: BatchOptions) -> None:
    """Refuse a place where no gallery can be written.

    Raises
    ------
    ImageWriteError
        If it exists without ``batch.force``, or is another file of the run.
    """
    others = [path for found, target in plan.files for path in (found.path, target)]
    others += [found.path for found in plan.others]
    if batch.palette_out:
        others.append(batch.palette_out)
    if batch.folder:
        others.append(batch.folder)
    find_gallery(place, others, force=batch.force, break_links=batch.break_links)


def with_gallery(
    outcomes: Generator[Outcome, None, None], place: Path, batch: BatchOptions
) -> Generator[Outcome, None, None]:
    """Yield outcomes without their pictures, which are written as a gallery at the end.

    They tell whether colors were lost. If the run is stopped before, the gallery has the pictures
    up to then. If something of it cannot be written, the run goes on, and the last outcome is the
    gallery's failure.
    """
    how = Writing(batch.force, batch.sync, break_links=batch.break_links)
    gallery = Gallery(place, how)
    errors: list[str] = []
    try:
        with closing(outcomes):
            for outcome in outcomes:
                if outcome.status != "ignored":
                    files = outcome.source, outcome.output
                    entry = entry_of(place, *files, outcome.picture, status=outcome.status)
                    try:
                        gallery.add(replace(entry, message=outcome.error))
                    except ImageWriteError as failure:
                        errors.append(str(failure))
                lost = outcome.picture.lost if outcome.picture else None
                has_lost = None if lost is None else bool(lost)
                yield replace(outcome, picture=None, has_lost=has_lost)
    except (GeneratorExit, KeyboardInterrupt):
        gallery.write()
        raise
    try:
        gallery.write()
    except ImageWriteError as failure:
        errors.append(str(failure))
    # What went wrong first tells enough.
    for error in errors[:1]:
        yield Outcome("failed", place, error=error)
