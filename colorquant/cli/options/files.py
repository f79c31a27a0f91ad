"""The options for files that are read and written, which `listed` has among all others."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from colorquant.cli.options.option import GroupedOption
from colorquant.reading import ReadingOptions

__all__ = ["FILES"]

_files = partial(click.option, cls=GroupedOption, group="Files")

FILES: dict[str, Callable[[Any], Any]] = {
    "force": _files(
        "--force",
        is_flag=True,
        elsewhere=True,
        often="Replace existing files.",
        help="Replace existing files.",
    ),
    "in_place": _files(
        "--in-place",
        is_flag=True,
        elsewhere=True,
        often="Replace the image itself.",
        help="Replace the image itself.",
    ),
    "break_links": _files(
        "--break-links",
        is_flag=True,
        elsewhere=True,
        help="Replace a file even if it has other hard links; these keep the old content.",
    ),
    "keep_times": _files(
        "--keep-times",
        is_flag=True,
        help="Give the output the image's access and modification times.",
    ),
    "sync": _files(
        "--sync",
        is_flag=True,
        help="Flush the output to disk (fsync) before it gets its final name.",
    ),
    "max_pixels": _files(
        "--max-pixels",
        type=int,
        default=ReadingOptions.max_pixels,
        show_default=True,
        metavar="N",
        help="Refuse images with more pixels, counted over all frames.",
    ),
    "max_frames": _files(
        "--max-frames",
        type=int,
        default=ReadingOptions.max_frames,
        show_default=True,
        metavar="N",
        help="Refuse images with more frames or pages.",
    ),
}
"""The options by the names of their parameters."""
