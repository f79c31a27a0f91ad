import click
import pytest

from colorquant.cli.values import PATH, WORD


@pytest.mark.parametrize("kind", [PATH, WORD])
def test_empty_text_is_refused(kind):
    assert kind.convert("x", None, None) == "x"
    with pytest.raises(click.BadParameter, match="empty"):
        kind.convert("", None, None)
