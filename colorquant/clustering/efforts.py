"""How long the ``minibatch`` engine searches, by effort."""

from typing import NamedTuple

__all__ = ["EFFORT_SETTINGS", "Effort"]


class Effort(NamedTuple):
    """How long the ``minibatch`` engine searches."""

    starts: int
    """Starts at least, of which the best is kept."""
    batches: int
    """Mini-batches on each level."""
    breath_passes: int
    """Full passes spent on breathing at most."""
    share: int
    """The first breath moves one of so many centers."""
    settling: tuple[int, ...]
    """Full passes in half a breath, see `colorquant.clustering.breathing.breathe`."""
    density: int
    """Points per center below which a coarse set is too coarse to breathe on."""
    passes: int
    """Full passes on each level at most."""
    least_passes: int
    """Full passes on each level however many points and centers there are."""
    tolerance: float
    """Share of the inertia below which a pass's gain is negligible."""
    budget: float
    """Distances computed on a level at most: many points and centers get fewer passes."""


EFFORT_SETTINGS = {
    "fast": Effort(
        starts=1,
        batches=2,
        breath_passes=60,
        share=8,
        settling=(2, 4),
        density=32,
        passes=6,
        least_passes=1,
        tolerance=1e-3,
        budget=2e7,
    ),
    "normal": Effort(
        starts=1,
        batches=4,
        breath_passes=150,
        share=8,
        settling=(2, 4),
        density=16,
        passes=8,
        least_passes=3,
        tolerance=1e-4,
        budget=8e7,
    ),
    "best": Effort(
        starts=3,
        batches=8,
        breath_passes=5000,
        share=2,
        settling=(2, 4, 8),
        density=64,
        passes=100,
        least_passes=3,
        tolerance=1e-6,
        budget=1e11,
    ),
}
