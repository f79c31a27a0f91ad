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


def test_printable_keeps_a_line_a_line():
    assert errors.printable("a\nb\x1b[0mé\udcff") == r"a\nb\x1b[0mé\udcff"


def test_the_drawn_tree_is_complete():
    defined = [name for name, item in vars(errors).items() if inspect.isclass(item)]
    assert sorted([*defined, "printable"]) == sorted(errors.__all__)
    for name in defined:
        assert name in errors.__doc__
