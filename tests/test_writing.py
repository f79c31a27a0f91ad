import pytest

from colorquant.errors import InvalidInputError
from colorquant.writing import WritingOptions


def test_they_can_be_had_by_name():
    options = WritingOptions("gif", force=True, min_saving=5)
    assert WritingOptions(**options.named()) == options


@pytest.mark.parametrize(
    ("changes", "least"),
    [
        ({}, None),
        ({"skip_if_larger": True}, 0),
        ({"min_saving": 5}, 5),
        ({"min_saving": 5, "skip_if_larger": True}, 5),
    ],
)
def test_what_has_to_be_saved(changes, least):
    assert WritingOptions(**changes).least_saving == least


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 3}, "format must be a name as 'png', not 3"),
        ({"force": "no"}, "force must be True or False, not 'no'"),
        ({"min_saving": 101}, "min_saving must be a number from 0 to 100, not 101"),
        ({"optimize": 7}, "optimize must be"),
    ],
)
def test_what_is_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        WritingOptions(**changes)
