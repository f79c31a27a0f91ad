import numpy as np
import pytest

from colorquant.errors import InvalidInputError
from colorquant.search import SearchOptions, is_clusterer, number_parameter


def test_numbers_become_ints():
    options = SearchOptions(restarts=np.int64(3), seed=np.uint8(4))
    assert (type(options.restarts), type(options.seed)) == (int, int)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "fast"}, "engine must be one of minibatch"),
        ({"effort": "lloyd"}, "effort must be one of fast"),
        ({"restarts": 0}, "restarts must be a whole number from 1"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"engine": "lloyd", "effort": "best"}, "effort 'best' is for engine 'minibatch'"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(InvalidInputError, match=message):
        SearchOptions(**options)


class Fake:
    """What looks like a clusterer."""

    def __init__(self, n_clusters=8, **others):
        self.parameters = {"n_clusters": n_clusters}

    def fit(self, points, y=None):
        raise AssertionError

    def get_params(self, deep=True):
        return self.parameters


def test_clusterers_are_told_by_their_methods():
    assert is_clusterer(Fake())
    assert not any(map(is_clusterer, (Fake, "lloyd", None, np.zeros(3))))
    assert SearchOptions(engine=Fake()).clusterer
    assert SearchOptions().clusterer is None
    with pytest.raises(InvalidInputError, match="restarts is for own engines; Fake starts"):
        SearchOptions(engine=Fake(), restarts=2)
    with pytest.raises(InvalidInputError, match="engine Fake runs to its own end"):
        SearchOptions(engine=Fake(), effort="fast")


def test_a_number_of_clusters_is_free_at_its_default():
    assert number_parameter(Fake()) == "n_clusters"
    assert number_parameter(Fake(n_clusters=3)) is None
    assert number_parameter(Fake(n_clusters=None)) is None
