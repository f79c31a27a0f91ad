import pytest

from colorquant.errors import InvalidInputError
from colorquant.search import SearchOptions


def test_numbers_become_ints():
    np = pytest.importorskip("numpy")
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
