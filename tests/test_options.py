import dataclasses

import numpy as np
import pytest

from colorquant.errors import InvalidInputError
from colorquant.options import QuantizeOptions


def test_defaults_are_valid_and_cannot_be_changed():
    options = QuantizeOptions()
    assert (options.k, options.engine, options.effort, options.seed) == (
        16,
        "minibatch",
        "normal",
        0,
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        options.k = 3


@pytest.mark.parametrize("k", [1, 65_536, np.int64(7)])
def test_k_in_range(k):
    assert QuantizeOptions(k=k).k == k


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"k": 0}, "k must be a whole number from 1 to 65,536, not 0"),
        ({"k": 65_537}, "not 65537"),
        ({"k": 2.5}, "not 2.5"),
        ({"k": True}, "not True"),
        ({"k": "16"}, "not '16'"),
        ({"restarts": 0}, "restarts must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**32}, "seed must be"),
        ({"max_pixels": 0}, "max_pixels must be a whole number at least 1, not 0"),
        ({"max_frames": 0}, "max_frames must be a whole number at least 1, not 0"),
        ({"engine": "kmeans"}, "engine must be one of minibatch, lloyd, sklearn, not 'kmeans'"),
        ({"effort": "max"}, "effort must be one of fast, normal, best"),
        ({"engine": "lloyd", "effort": "best"}, "effort 'best' is for engine 'minibatch'"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        QuantizeOptions(**changes)
