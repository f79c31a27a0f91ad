import inspect
import pickle

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


def test_arguments_go_by_other_names_where_the_message_names_them():
    error = errors.InvalidInputError("k is 'max_k' or so; max_k k", "k", "max_k", "k")
    names = {"k": "--colors", "max_k": "--most", "or": "--wrong"}
    # In order, as whole words, each as often as it is told of.
    assert error.renamed(names) == "--colors is '--most' or so; max_k --colors"
    assert error.renamed({}) == str(error) == "k is 'max_k' or so; max_k k"
    assert errors.InvalidInputError("k is 3").renamed(names) == "k is 3"


def test_errors_come_whole_from_other_processes():
    error = pickle.loads(pickle.dumps(errors.InvalidInputError("k is 3", "k")))
    assert (str(error), error.arguments) == ("k is 3", ("k",))


@pytest.mark.parametrize(
    "kind",
    [
        *(errors.ColorquantError, errors.InvalidInputError, errors.NotAnImageError),
        *(errors.ImageWriteError, errors.BoundError, errors.MissingExtraError),
        errors.LargerThanSourceError,
    ],
)
def test_no_error_tells_secrets(kind):
    error = kind("s3://key:secret@bucket/a?secret: no")
    for each in (error, pickle.loads(pickle.dumps(error))):
        assert str(each) == "s3://***@bucket/a?***: no"
        assert "secret" not in f"{each!r} {each.args} {vars(each)}"


def test_one_and_many():
    told = [errors.counted(number, "color") for number in (0, 1, 2, 1000)]
    assert told == ["0 colors", "1 color", "2 colors", "1,000 colors"]


def test_printable_keeps_a_line_a_line():
    assert errors.printable("a\nb\x1b[0mé\udcff") == r"a\nb\x1b[0mé\udcff"
    assert errors.printable("ftp://user:pass\x1bword@host\n") == r"ftp://***@host\n"


def test_the_drawn_tree_is_complete():
    defined = [
        name
        for name, item in vars(errors).items()
        if inspect.isclass(item) and item.__module__ == errors.__name__
    ]
    assert sorted([*defined, "counted", "printable"]) == sorted(errors.__all__)
    for name in defined:
        assert name in errors.__doc__
