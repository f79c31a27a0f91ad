from math import nan

import pytest

from colorquant.pipeline.crossing import Probe, crossing


def search(threshold, first, last, start, *, exact, known):
    """Search for a threshold, and return where it is crossed and what was tried."""
    tried = []

    def probe(k):
        assert first <= k <= last
        assert k not in tried
        tried.append(k)
        return Probe(k >= threshold, known(k))

    return crossing(first, last, probe, start, exact=exact), tried


# The threshold is known, roughly known, wrong or unknown.
EXPECTED = {
    "known": lambda threshold: lambda _: float(threshold),
    "rough": lambda threshold: lambda k: threshold + (k - threshold) * 0.3,
    "low": lambda _: lambda _: 1.0,
    "high": lambda _: lambda _: 1e9,
    "unknown": lambda _: lambda _: nan,
}


@pytest.mark.parametrize("start", [2, 64, 256])
@pytest.mark.parametrize("expected", EXPECTED)
@pytest.mark.parametrize("threshold", [1, 2, 3, 17, 100, 255, 256, 257])
def test_exact(threshold, expected, start):
    known = EXPECTED[expected](threshold)
    found, tried = search(threshold, 2, 256, start, exact=True, known=known)
    assert found == (max(1, threshold - 1), max(2, threshold))
    assert len(tried) <= {"known": 3}.get(expected, 12)


@pytest.mark.parametrize("expected", ["known", "rough", "unknown"])
@pytest.mark.parametrize("threshold", [2, 3, 17, 100, 255, 256])
def test_nearly(threshold, expected):
    known = EXPECTED[expected](threshold)
    found, tried = search(threshold, 2, 256, 64, exact=False, known=known)
    assert found.above in tried
    assert threshold <= found.above <= threshold + max(1, 0.05 * threshold)


def test_one_number():
    assert search(1, 1, 1, 64, exact=True, known=lambda _: 1.0)[0] == (0, 1)
    assert search(2, 1, 1, 64, exact=False, known=lambda _: 2.0)[0] == (1, 2)


def test_enough_is_enough():
    tried = []

    def probe(k):
        tried.append(k)
        return Probe(False, 200.0, enough=k == 200)

    assert crossing(2, 256, probe, 64, exact=True) == (200, 257)
    assert tried == [64, 200]
