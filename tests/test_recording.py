"""Warnings of threads that work at the same time."""

import io
import logging
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, TiffImagePlugin

from colorquant import quantize_file
from colorquant.errors import ColorquantWarning
from colorquant.recording import recorded, warn


def pillow_warns(message, category=UserWarning):
    """Warn as a module of Pillow does."""
    registry = vars(TiffImagePlugin).setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        message, category, "TiffImagePlugin.py", 1, "PIL.TiffImagePlugin", registry
    )


def test_ours_reach_the_caller_or_who_records():
    with pytest.warns(ColorquantWarning, match="strange") as caught:
        warn("strange")
    assert caught[0].filename == __file__
    with recorded() as outer:
        warn("first")
        with recorded() as inner:
            warn("second")
        warn("third")
    assert (outer, inner) == (["first", "third"], ["second"])
    with recorded() as found:
        warn("http://user:pass@host/a?sig=s: odd")
    assert found == ["http://***@host/a?***: odd"]


def test_pillows_warnings_and_log_are_recorded_each_time():
    for _ in range(2):
        with recorded() as found:
            pillow_warns("odd tag")
            pillow_warns("old", DeprecationWarning)
            pillow_warns("big", Image.DecompressionBombWarning)
            logging.getLogger("PIL.TiffImagePlugin").warning("odd %s", "log")
            logging.getLogger("PIL").info("nothing")
        assert found == ["odd tag", "odd log"]


def test_warnings_of_other_libraries_go_their_way():
    with recorded() as found, pytest.warns(RuntimeWarning, match="theirs"):
        warnings.warn("theirs", RuntimeWarning, stacklevel=1)
    assert found == []


def test_other_threads_see_theirs():
    """Two threads overlap in both orders; each gets what it caused, the third its own."""
    entered, left = threading.Event(), threading.Event()

    def long():
        with recorded() as found:
            entered.set()
            left.wait()
            pillow_warns("late")
        return found

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(long)
        entered.wait()
        with recorded() as found:
            pillow_warns("early")
        with pytest.warns(UserWarning, match="nobody records"):
            pillow_warns("nobody records")
        left.set()
        assert future.result() == ["late"]
    assert found == ["early"]


def test_concurrent_calls_leave_the_process_as_it_was(samples):
    data = (samples / "sprite.png").read_bytes()

    def state():
        handlers = logging.getLogger("PIL").handlers[:]
        return warnings.showwarning, warnings.filters[:], handlers, Image.MAX_IMAGE_PIXELS

    def work(number):
        stream = io.BytesIO()
        quantize_file(data, stream, format="png", k=4, engine="sklearn" if number % 8 else "lloyd")
        return stream.getvalue()

    work(1)
    before = state()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(64)))
    assert state() == before
    assert len(set(results)) <= 2
    with pytest.warns(UserWarning, match="seen"):
        warnings.warn("seen", UserWarning, stacklevel=1)
