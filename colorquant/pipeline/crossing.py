"""The number of colors at which a bound is crossed, found with few trials."""

from collections.abc import Callable
from math import ceil, inf, isfinite, sqrt
from typing import NamedTuple

__all__ = ["Crossing", "Probe", "crossing"]

# So many trials more than halving would take are spent on what is expected.
_PATIENCE = 3
# Shares of a number of colors: by how much it may exceed the least one, and by how much it may
# exceed the expected one, which is off by a little.
_SLACK, _CERTAIN = 0.04, 0.02
# How much farther a step goes, as a share of what is expected, for each that was too short.
_HASTE = 0.5


class Probe(NamedTuple):
    """What a trial with a number of colors tells."""

    met: bool
    expected: float
    """The number from which on the bound is expected to be met; NaN if nothing is known."""
    enough: bool = False
    """Whether the search may end with this trial."""


class Crossing(NamedTuple):
    """Where a bound is crossed."""

    below: int
    """The largest number that was tried and missed the bound; one less than the first if none."""
    above: int
    """The least number that was tried and met it; one more than the last if none did."""


def crossing(
    first: int, last: int, probe: Callable[[int], Probe], start: float, *, exact: bool
) -> Crossing:
    """Find the least number of colors that meets a bound.

    Parameters
    ----------
    first, last : int
        The numbers that may be tried, first <= last.
    probe : callable
        Tries a number.
    start : float
        The number at which to begin.
    exact : bool
        Whether to go on until the number before is known to miss. Else the number may exceed the
        least one by about 4 %, or by 1.

    Returns
    -------
    Crossing
    """
    below, above, tries, alike = first - 1, last + 1, 0, 0
    whole, same = above - below, None
    expected = start
    while above - below > 1:
        k = min(max(_ceil(expected, above), below + 1), above - 1)
        if (above - below) << tries > whole << _PATIENCE:
            k = (below + above) // 2
        met, expected, enough = probe(k)
        below, above = (below, k) if met else (k, above)
        close = above - max(below + 1, _ceil(expected, above)) <= _CERTAIN * above
        if not isfinite(expected):
            # Nothing is known but that the number is more likely small.
            expected, close = sqrt(max(1, below) * above), False
        if enough:
            break
        tries += 1
        if not exact and above <= last and (close or above - below - 1 <= max(1, _SLACK * below)):
            break
        if not met and _ceil(expected, above) <= k:
            # What was expected has been disproved; a little more may do.
            expected = k + max(1.0, _CERTAIN * k)
        # Several on the same side in a row were expected too near.
        alike = alike + 1 if met == same else 0
        same = met
        expected += (expected - k) * _HASTE * alike
    return Crossing(below, above)


def _ceil(number: float, other: int) -> int:
    return ceil(number) if -inf < number < inf else other
