"""Settings of the ``minibatch`` engine by effort."""

from typing import NamedTuple

__all__ = ["EFFORT_SETTINGS", "Effort"]

# Centers moved by the first breath, at least.
_MOVED = 8
# Starts, at most, and dimensions up to which a point costs the same.
_STARTS = 6
_FLAT = 8


class Effort(NamedTuple):
    """How long the ``minibatch`` engine searches."""

    starts: float
    """Points times centers of all starts together, of which there is at least one; each point
    counts more in many dimensions."""
    batches: int
    """Number of mini-batches."""
    breath_passes: int
    """Highest number of full passes spent on breathing."""
    share: int
    """The first breath moves one in so many centers."""
    settling: tuple[int, ...]
    """Full passes in half a breath, see `colorquant.clustering.breathing.breathe`."""
    density: int
    """With fewer points per center, a coarse set is too coarse for breathing."""
    passes: int
    """Highest number of full passes on each level."""
    least_passes: int
    """Full passes that the budget always allows on each level."""
    tolerance: float
    """A pass that gains no more than this share of the inertia is the last."""
    budget: float
    """Comparisons of a point with a center, or work of that size, that breathing and full passes
    each may do on a level. It limits the number of passes over many points with many centers."""

    exact: bool
    """Whether breathing may use the exact points, and nothing is compared roughly: a long search
    ends lower then."""

    def affordable_starts(self, n: int, k: int, d: int) -> int:
        """Return the number of starts for n points in d dimensions; the best is kept."""
        return max(1, min(_STARTS, int(self.starts * _FLAT // (n * k * max(d, _FLAT)))))

    def moved(self, k: int) -> int:
        """Return the number of centers that the first breath moves."""
        return max(_MOVED, k // self.share)


EFFORT_SETTINGS = {
    "fast": Effort(
        starts=4e5,
        batches=4,
        breath_passes=40,
        share=8,
        settling=(2, 4),
        density=32,
        passes=4,
        least_passes=1,
        tolerance=1e-3,
        budget=3.3e7,
        exact=False,
    ),
    "normal": Effort(
        starts=4e5,
        batches=8,
        breath_passes=150,
        share=8,
        settling=(2, 4),
        density=16,
        passes=12,
        least_passes=3,
        tolerance=1e-4,
        budget=1.3e8,
        exact=False,
    ),
    "best": Effort(
        starts=3.2e7,
        batches=8,
        breath_passes=5000,
        share=2,
        settling=(2, 4),
        density=16,
        passes=100,
        least_passes=3,
        tolerance=1e-6,
        budget=1e11,
        exact=True,
    ),
}
