"""Folders in which no image is: what is said of them when all that is in them was looked at."""

from collections import defaultdict
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from colorquant.discovery import Selection
from colorquant.plan import Plan
from colorquant.tasks import Outcome

__all__ = ["with_missing"]


def with_missing(
    outcomes: Generator[Outcome, None, None], plan: Plan, selection: Selection
) -> Generator[Outcome, None, None]:
    """Yield outcomes, and then a failure for each folder of which all were ignored."""
    roots: dict[Path, set[Path]] = defaultdict(set)
    for found in [*(found for found, _ in plan.files), *plan.others]:
        if not found.named:
            roots[found.path].add(found.root)
    empty = dict.fromkeys(plan.folders)
    with closing(outcomes):
        for outcome in outcomes:
            if outcome.status != "ignored":
                for root in roots[outcome.source]:
                    empty.pop(root, None)
            yield outcome
    for folder in empty:
        yield Outcome("failed", folder, error=selection.missing(folder))
