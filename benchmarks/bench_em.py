import pytest

from colorquant.clustering.em import expect, maximize, means


@pytest.mark.parametrize("k", [16, 64, 256])
@pytest.mark.parametrize("level", ["points", "exact"])
def test_pass(benchmark, level, k, request):
    points = request.getfixturevalue(level)
    centers = points.exact.T[:: len(points) // k][:k]

    def one_pass():
        return means(maximize(points, expect(points, centers), k), centers)

    benchmark(one_pass)
