from colorquant.choices import EFFORTS
from colorquant.clustering.efforts import EFFORT_SETTINGS


def test_each_effort_searches_no_less_than_the_one_before():
    assert tuple(EFFORT_SETTINGS) == EFFORTS
    fast, normal, best = EFFORT_SETTINGS.values()
    for less, more in ((fast, normal), (normal, best)):
        for name in ("starts", "batches", "breath_passes", "passes", "least_passes", "budget"):
            assert getattr(less, name) <= getattr(more, name)
        assert less.tolerance > more.tolerance
