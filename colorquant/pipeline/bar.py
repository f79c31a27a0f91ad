"""Bars that show the progress of calls from Python."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from colorquant.checks import check_bool
from colorquant.options import QuantizeOptions
from colorquant.progress import Observer
from colorquant.recording import recorded
from colorquant.stages import Advance

__all__ = ["counted_bar", "stages"]

T = TypeVar("T")


@contextmanager
def stages(options: QuantizeOptions, *, wanted: bool) -> Iterator[Observer | None]:
    """Show a bar with the name of the stage and the share that is done of all, if one is wanted.

    Parameters
    ----------
    options : QuantizeOptions
        They tell how long the stages take.
    wanted : bool
    """
    check_bool("progress", wanted)
    if not wanted:
        yield None
        return
    with recorded():
        # It warns where it cannot make a widget, and makes a bar of text.
        from tqdm.auto import tqdm

        layout = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left"
        bar = tqdm(total=100, bar_format=layout)
    advance = Advance(options)

    def observe(stage: str, share: float) -> None:
        bar.set_description_str(stage, refresh=False)
        bar.n = round(100 * advance(stage, share), 1)
        bar.refresh()

    with bar:
        yield observe
        bar.n = 100
        bar.refresh()


def counted_bar(items: Iterable[T], number: int, *, wanted: bool) -> Iterable[T]:
    """Return items that move a bar as they are taken, if one is wanted."""
    if not wanted:
        return items
    with recorded():
        from tqdm.auto import tqdm

        bar: Iterable[T] = tqdm(items, total=number, unit="image")
    return bar
