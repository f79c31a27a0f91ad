"""The examples in docstrings run, and what users call has some."""

import doctest
import importlib
from pathlib import Path

import pytest

import colorquant
from colorquant.clustering import KMeans

PACKAGE = Path(colorquant.__file__).parent
MODULES = [
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>>" in path.read_text()
]
CALLED = ("quantize", "quantize_file", "quantize_many", "kmeans")
MADE = ("Palette", "QuantizeOptions", "IndexedImage", "Metrics")


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(importlib.import_module(module))
    assert tried
    assert not failed


@pytest.mark.parametrize("name", [*CALLED, *MADE])
def test_what_users_call_has_an_example(name):
    assert ">>>" in getattr(colorquant, name).__doc__


def test_the_estimator_has_an_example():
    assert ">>>" in KMeans.__doc__
