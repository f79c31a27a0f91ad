import click
import pytest

from colorquant.cli.options.values import LEVEL, PATH, WORD


@pytest.mark.parametrize("kind", [PATH, WORD, LEVEL])
def test_empty_text_is_refused(kind):
    assert kind.convert("x", None, None) == "x"
    with pytest.raises(click.BadParameter, match="empty"):
        kind.convert("", None, None)


def test_levels_are_numbers_or_words():
    assert [LEVEL.convert(text, None, None) for text in ("2", "max", "-2")] == [2, "max", "-2"]
