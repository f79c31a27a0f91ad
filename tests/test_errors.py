import inspect

import pytest

from colorquant import errors


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.InvalidInputError, ValueError),
        (errors.ImageReadError, OSError),
        (errors.ImageWriteError, OSError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_each_error_is_ours_and_a_builtin(error, builtin):
    assert issubclass(error, errors.ColorquantError)
    assert issubclass(error, builtin)


def test_the_drawn_tree_is_complete():
    defined = [name for name, item in vars(errors).items() if inspect.isclass(item)]
    assert sorted(defined) == sorted(errors.__all__)
    for name in defined:
        assert name in errors.__doc__
