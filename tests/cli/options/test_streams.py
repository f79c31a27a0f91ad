"""Streams that are closed, or a terminal; what goes through them is in tests/test_streams.py."""

import sys

import pytest

from colorquant.cli.options.help import UsageError
from colorquant.cli.options.streams import stdin, stdout


class Terminal:
    buffer = object()

    def __init__(self, *, terminal):
        self.isatty = lambda: terminal


@pytest.mark.parametrize(("stream", "name"), [(stdin, "stdin"), (stdout, "stdout")])
def test_pipes_are_taken_and_nothing_else(stream, name, monkeypatch):
    monkeypatch.setattr(sys, name, Terminal(terminal=False))
    assert stream() is Terminal.buffer
    for other in (None, Terminal(terminal=True)):
        monkeypatch.setattr(sys, name, other)
        with pytest.raises(UsageError):
            stream()
