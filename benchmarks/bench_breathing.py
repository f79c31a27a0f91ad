import pytest

from colorquant.clustering.breathing import breathe


@pytest.mark.parametrize("k", [16, 64, 256])
def test_breath(benchmark, points, k):
    centers = points.positions[:: len(points) // k][:k]
    settings = {"passes": 6, "most": k // 8, "settling": (2,), "square": points.square}
    benchmark(breathe, points, centers, record=lambda *_: None, **settings)
