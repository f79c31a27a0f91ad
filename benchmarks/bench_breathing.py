import pytest

from colorquant.clustering.breathing import breathe
from colorquant.clustering.em import Run


@pytest.mark.parametrize("k", [16, 64, 256])
def test_breath(benchmark, points, k):
    centers = points.exact.T[:: len(points) // k][:k]
    settings = {"passes": 6, "most": k // 8, "settling": (2,)}
    benchmark(breathe, points, centers, Run(points.square, lambda *_: None), **settings)
