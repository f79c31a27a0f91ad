"""The quality scale of pngquant, as errors of palettes."""

from itertools import pairwise

__all__ = ["quality_error", "quality_of"]

# Squared error, of R, G and B from 0 to 255, of a palette of as many colors as pngquant takes for a
# quality: the median of photographs, measured by benchmarks/quality.py.
_ERRORS = (
    (0, 600.0),
    (50, 40.0),
    (80, 9.0),
    (100, 1.0),
)


def quality_error(quality: int) -> float:
    """Return the largest squared error of a palette that has a quality.

    Parameters
    ----------
    quality : int
        0 to 100.

    Returns
    -------
    float
        Mean over pixels and over R, G and B, from 0 to 255, if each pixel gets its nearest color.
    """
    for (low, worse), (high, better) in pairwise(_ERRORS):
        if low <= quality <= high:
            return worse + (better - worse) * (quality - low) / (high - low)
    raise ValueError(f"a quality is from 0 to 100, not {quality}")


def quality_of(mse: float) -> int:
    """Return the quality of a palette by its squared error, 0 to 100; -1 if it is worse than 0."""
    return next((each for each in range(100, -1, -1) if mse <= quality_error(each)), -1)
