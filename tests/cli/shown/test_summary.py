import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from colorquant.batch.one_image import Outcome
from colorquant.cli.shown import summary
from colorquant.cli.shown.messages import sizes_told
from colorquant.cli.shown.summary import Tally

FACTS = {"width": 1000, "height": 500, "source_bytes": 5000, "output_bytes": 1200}
DONE = Outcome("done", Path("a.jpg"), Path("out/a.png"), warnings=("odd\nthing",), facts=FACTS)
FAILED = Outcome("failed", Path("b.jpg"), error="b.jpg: damaged\nor so")


def told(capsys, *outcomes, interrupted=False, **how):
    defaults = {"verbose": False, "quiet": False, "as_json": False, "bar": False}
    tally = Tally(len(outcomes), **defaults | how)
    for outcome in outcomes:
        tally.add(outcome)
    tally.close(interrupted=interrupted)
    assert tally.code == (FAILED in outcomes)
    return capsys.readouterr()


def test_warnings_errors_and_a_summary(capsys):
    said = told(capsys, DONE, FAILED, Outcome("skipped", Path("c.png"))).err.splitlines()
    assert said[:2] == ["Warning: odd\\nthing", "Error: b.jpg: damaged\\nor so"]
    assert said[2].startswith(
        "1 done, 1 skipped as up to date, 1 failed, 5,000 -> 1,200 bytes, 76.0 % saved"
    )


@pytest.mark.parametrize(("number", "ignored"), [(1, "1 not an image"), (3, "3 not images")])
def test_counts_read_well_for_one_and_for_many(number, ignored, capsys):
    others = [Outcome(s, Path("x")) for s in ("planned", "kept", "skipped", "ignored")]
    said = told(capsys, *[DONE, FAILED, *others] * number).err
    words = ("done", "planned", "kept as the result saved too little", "skipped as up to date")
    expected = [*(f"{number} {word}" for word in words), ignored, f"{number} failed"]
    assert said.splitlines()[-1].split(", ")[:6] == expected


def test_more_and_less(capsys):
    assert told(capsys, DONE, verbose=True).err.splitlines()[1] == (
        "done: a.jpg -> out/a.png, 5,000 -> 1,200 bytes, 76.0 % saved"
    )
    assert told(capsys, DONE, FAILED, quiet=True).err == "Error: b.jpg: damaged\\nor so\n"
    planned = Outcome("planned", Path("a.jpg"), Path("a.jpg"))
    assert told(capsys, planned).err.splitlines()[0] == "planned: a.jpg"
    assert told(capsys, planned, quiet=True).err == ""
    # Of nothing that was done, there are no sizes to tell.
    assert re.fullmatch(r"no images, \d\.\d\d s\n", told(capsys).err)
    assert re.search(r"^1 planned, \d\.\d\d s\n", told(capsys, planned).err, re.MULTILINE)
    assert told(capsys, DONE, interrupted=True).err.splitlines()[-1].startswith("interrupted: 1 d")


def test_a_gallery_is_named_with_what_it_shows(capsys):
    page = Path("sm\nall.html")
    some = [replace(DONE, warnings=(), has_lost=has_lost) for has_lost in (True, False, True)]
    lost = "sm\\nall.html: colors were lost in 2 of 3 images"
    assert told(capsys, *some, FAILED, gallery=page).err.splitlines()[2] == lost
    assert told(capsys, *some, as_json=True, gallery=page).err.splitlines()[1] == lost
    assert told(capsys, some[1], gallery=page).err.splitlines()[1] == (
        "sm\\nall.html: no larger color was lost in 1 image"
    )
    assert told(capsys, *some, quiet=True, gallery=page).err == ""
    # Without lost colors to look for, as in frames with their own palettes, nothing is told.
    assert len(told(capsys, replace(DONE, warnings=()), gallery=page).err.splitlines()) == 1
    assert len(told(capsys, *some).err.splitlines()) == 1


def test_lines_of_json(capsys):
    lines = told(capsys, DONE, FAILED, as_json=True, quiet=True).out.splitlines()
    first, second, summary = map(json.loads, lines)
    assert first == {
        "version": 1,
        "type": "file",
        "status": "done",
        "source": "a.jpg",
        "output": "out/a.png",
        "error": None,
        "warnings": ["odd\nthing"],
        **FACTS,
    }
    assert (second["status"], second["output"]) == ("failed", None)
    assert second["error"] == "b.jpg: damaged\nor so"
    assert (summary["type"], summary["done"], summary["failed"]) == ("summary", 1, 1)
    assert (summary["source_bytes"], summary["output_bytes"]) == (5000, 1200)
    assert summary["interrupted"] is False


def test_a_bar_tells_what_is_done_how_fast_and_what_is_saved(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(summary.time, "perf_counter", lambda: now[0])
    tally = Tally(2, verbose=False, quiet=True, as_json=False, bar=True)
    now[0] += 0.25
    tally.add(DONE)
    shown = str(tally._bar)
    tally.close()
    told = r"1/2 files, \d\d:\d\d left, 2\.0 MP/s, 76\.0 % saved"
    assert re.fullmatch(rf" 50%\|.*\| {told}", shown)
    # It has room on a narrow terminal.
    assert len(shown) < 80


def test_sizes_are_told_in_percent():
    cases = {(1234, 567): "54.1 % saved", (100, 112): "12.0 % larger", (9, 9): "0.0 % saved"}
    for (before, after), said in cases.items():
        assert sizes_told(before, after) == f"{before:,} -> {after:,} bytes, {said}"
    assert sizes_told(0, 5) == "0 -> 5 bytes"


@pytest.mark.parametrize("quiet", [False, True])
def test_a_bar_goes_in_the_end(quiet, capsys):
    shown = told(capsys, DONE, FAILED, bar=True, quiet=quiet).err
    assert "| 0/2 files, ? left" in shown
    # Cleared, and behind it only what stays.
    assert "\r" not in shown.rpartition("\rError: ")[2]
