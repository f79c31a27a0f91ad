import sys
from pathlib import Path

import pytest

from colorquant.errors import MissingExtraError
from colorquant.pipeline.drawing import PICTURES, drawing, picture_kind


def test_a_module_that_draws():
    assert callable(drawing("figure", "a report").render)


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "colorquant.report.figure", None)
    with pytest.raises(MissingExtraError, match=r"a report needs matplotlib: pip install '.*'$"):
        drawing("figure", "a report")


def test_a_matplotlib_that_fails(monkeypatch):
    def fail(_name):
        raise RuntimeError("no fonts")

    monkeypatch.setattr("colorquant.pipeline.drawing.import_module", fail)
    with pytest.raises(MissingExtraError, match="a report needs matplotlib, which fails: no fonts"):
        drawing("figure", "a report")


def test_the_format_of_a_picture_is_that_of_its_name():
    assert [picture_kind(Path(f"a{each}")) for each in PICTURES] == ["png", "svg", "pdf"]
    assert [picture_kind(Path(each)) for each in ("a.SVG", "png", "a.jpg")] == ["svg", None, None]
