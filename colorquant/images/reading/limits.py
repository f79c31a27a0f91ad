"""Limits on the number of pixels and frames of an image."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from colorquant.errors import InvalidInputError

__all__ = ["check_frames", "pixel_limit"]


def check_frames(number: int, most: int) -> None:
    """Raise an error if there are more frames, or pages, than are allowed.

    Raises
    ------
    InvalidInputError
        If `number` exceeds `most`.
    """
    if number > most:
        raise InvalidInputError(f"more frames than the limit of {most:,}; --max-frames raises it")


class _PixelLimit:
    """Sets Pillow's limit on pixels, a single value for the whole process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: list[int] = []
        self._before: int | None = None

    @contextmanager
    def __call__(self, pixels: int) -> Iterator[None]:
        """Make Pillow refuse more pixels; of several active limits the highest applies."""
        with self._lock:
            if not self._wanted:
                self._before = Image.MAX_IMAGE_PIXELS
            self._wanted.append(pixels)
            self._set()
        try:
            yield
        finally:
            with self._lock:
                self._wanted.remove(pixels)
                self._set()

    def _set(self) -> None:
        # Pillow warns above its limit, and refuses images above twice its limit.
        value = max(self._wanted) / 2 if self._wanted else self._before
        Image.MAX_IMAGE_PIXELS = value  # type: ignore[assignment]


pixel_limit = _PixelLimit()
