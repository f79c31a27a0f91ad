"""The options for many images, which `listed` has among all others."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from colorquant.choices import WEIGHTS
from colorquant.cli.options.option import GroupedOption
from colorquant.cli.options.values import WORD

__all__ = ["MANY"]

_many = partial(click.option, cls=GroupedOption, group="Many images")

MANY: dict[str, Callable[[Any], Any]] = {
    "recursive": _many(
        "-r",
        "--recursive",
        is_flag=True,
        often="Include the images in subfolders.",
        help="Include the images in subfolders.",
    ),
    "include": _many(
        "--include",
        type=WORD,
        multiple=True,
        metavar="GLOB",
        help="In folders, take only files that match, like '*.jpg' or 'raw/*'. May be repeated.",
    ),
    "exclude": _many(
        "--exclude",
        type=WORD,
        multiple=True,
        metavar="GLOB",
        help="In folders, leave out files and subfolders that match. May be repeated.",
    ),
    "shared_palette": _many(
        "--shared-palette",
        is_flag=True,
        help="Find one palette for all images together.",
    ),
    "weight": _many(
        "--weight",
        type=click.Choice(WEIGHTS),
        default="pixels",
        show_default=True,
        help="For a shared palette, give every pixel or every image the same weight.",
    ),
    "jobs": _many(
        "--jobs",
        type=int,
        metavar="N",
        help="Largest number of processes.  [default: one per core]",
    ),
    "cluster": _many(
        "--cluster",
        type=WORD,
        elsewhere=True,
        metavar="ADDRESS",
        help="Use a Dask cluster: the address of its scheduler, tcp://host:8786, or local.",
    ),
    "memory": _many(
        "--memory",
        type=WORD,
        metavar="SIZE",
        help="Memory limit for all images processed at once, such as 500M or 2G; an estimate.",
    ),
    "skip_if_larger": _many(
        "--skip-if-larger", is_flag=True, help="Keep the source if its result is not smaller."
    ),
    "min_saving": _many(
        "--min-saving",
        type=float,
        metavar="PERCENT",
        help="Keep the source if its result saves less than this much of its bytes, 0 to 100.",
    ),
    "dry_run": _many(
        "--dry-run", is_flag=True, help="Only print what would be done; with -v, also the sizes."
    ),
    "as_json": _many(
        "--json", "as_json", is_flag=True, help="Write a JSON object for each image to stdout."
    ),
}
"""The options by the names of their parameters."""
