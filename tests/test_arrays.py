import numpy as np
import pytest

from colorquant.arrays import freeze, require_array, require_uint8
from colorquant.errors import InvalidInputError


def test_what_is_no_array_is_refused():
    require_array("counts", np.zeros(3))
    with pytest.raises(InvalidInputError, match="counts must be an array, not list"):
        require_array("counts", [0])
    require_uint8("pixels", np.zeros(3, np.uint8))
    with pytest.raises(InvalidInputError, match="pixels must be an array of uint8, not float64"):
        require_uint8("pixels", np.zeros(3))
    with pytest.raises(InvalidInputError, match="pixels must be an array of uint8, not list"):
        require_uint8("pixels", [0])


def test_frozen_arrays_are_views():
    class Holder:
        values = np.zeros(3)

    holder, own = Holder(), Holder.values
    freeze(holder, "values")
    with pytest.raises(ValueError, match="read-only"):
        holder.values[0] = 1
    own[0] = 2
    assert holder.values[0] == 2
