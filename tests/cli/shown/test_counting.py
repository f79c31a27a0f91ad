"""The bar for what is counted."""

import pytest

from colorquant.cli.shown import counting


class Terminal:
    def __init__(self):
        self.shown = ""

    def write(self, text):
        self.shown += text

    def flush(self):
        pass

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Run with a terminal as stderr; pytest puts its own in place before each test."""

    def set_in_place():
        shown = Terminal()
        monkeypatch.setattr("sys.stderr", shown)
        return shown

    return set_in_place


def test_a_bar_counts(terminal, monkeypatch):
    shown = terminal()
    monkeypatch.setattr(counting, "_BAR_DELAY", 0)
    with counting.counting("things", quiet=False) as told:
        told(1, 4)
        told(3, 4)
    assert "25%" in shown.shown
    assert "3/4 things" in shown.shown
    # The bar is gone in the end.
    assert shown.shown.endswith("\r")


def test_short_work_has_no_bar(terminal):
    shown = terminal()
    with counting.counting("things", quiet=False) as told:
        told(4, 4)
    assert shown.shown == ""


@pytest.mark.parametrize(("isatty", "quiet"), [(True, True), (False, False)])
def test_nobody_is_told(terminal, isatty, quiet, monkeypatch):
    terminal()
    monkeypatch.setattr(Terminal, "isatty", lambda _: isatty)
    with counting.counting("things", quiet=quiet) as told:
        assert told is None


def test_a_closed_stderr_has_no_bar(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    with counting.counting("things", quiet=False) as told:
        assert told is None
