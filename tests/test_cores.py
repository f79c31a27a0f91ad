"""How many processors there are, compared with another library that reads quotas."""

import os

import joblib
import pytest

from colorquant import cores as module
from colorquant.cores import cores


@pytest.fixture(autouse=True)
def groups(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_GROUPS", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    cores.cache_clear()
    yield tmp_path
    cores.cache_clear()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("1000 100000\n", 1),
        ("9900000 100000\n", 8),
        ("nonsense", 8),
        ("5 0", 8),
    ],
)
def test_a_quota_of_the_second_version(content, expected, groups):
    (groups / "cpu.max").write_text(content)
    assert cores() == expected


@pytest.mark.parametrize(("quota", "expected"), [("-1\n", 8), ("300000\n", 3), ("250000\n", 3)])
def test_a_quota_of_the_first_version(quota, expected, groups):
    (groups / "cpu").mkdir()
    (groups / "cpu" / "cpu.cfs_quota_us").write_text(quota)
    (groups / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert cores() == expected


def test_without_a_quota_those_that_the_process_is_bound_to():
    assert cores() == 8


def test_where_nobody_tells(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_as_joblib_counts_them(monkeypatch):
    monkeypatch.undo()
    cores.cache_clear()
    assert cores() == joblib.cpu_count()
