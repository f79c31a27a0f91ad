"""Weighted k-means on points of any dimension, independent of colors and images.

Read `kmeans` first, the public function, then `problem` (several starts), `engines` (the ways to
run one), and their parts in the order of a run: `efforts` (how long), `seeding`, `minibatch`,
`breathing`, `em` (full passes) and `nearest` (the E-step). `points` lays out what they work on,
`rounded` for comparison, along a `curve`.

`clusterer` has any clusterer of scikit-learn do the work instead.

`estimator` has the same for scikit-learn: ``from colorquant.clustering import KMeans``. It works on
`summaries` of the samples, decides how often it `starts`, and compares `distances` exactly.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colorquant.clustering.estimator import KMeans

__all__ = ["KMeans"]


def __getattr__(name: str) -> Any:
    if name == "KMeans":
        # It loads scikit-learn.
        from colorquant.clustering.estimator import KMeans

        return KMeans
    raise AttributeError(f"module 'colorquant.clustering' has no attribute {name!r}")
