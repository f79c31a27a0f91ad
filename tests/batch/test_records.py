"""Lines that are records, and those that only look like some."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.batch.records import Record, Shared, read_line
from colorquant.palette import Palette
from colorquant.storage.stamps import Stamp

RECORD = {
    "version": 1,
    "target": "sub/out.png",
    "options": "k16",
    "source": [70_000, 1_700_000_000_000_000_000],
    "file": "sub/out.png",
    "stamp": [807, -5],
}
PALETTE = {
    "version": 1,
    "palette": "k16",
    "channels": 3,
    "colors": "ff0000000080",
    "counts": [5, 0],
}


def line(content, **changes):
    return json.dumps(content | changes).encode()


def test_a_record():
    found = read_line(line(RECORD), local=True)
    stamps = Stamp(70_000, 1_700_000_000_000_000_000), Stamp(807, -5)
    assert found == Record("sub/out.png", "k16", stamps[0], "sub/out.png", stamps[1])
    assert read_line(found.line(), local=True) == found
    kept = read_line(line(RECORD, file=None, stamp=None, source=[5, None]), local=True)
    assert (kept.file, kept.stamp, kept.source) == (None, None, Stamp(5, None))
    assert read_line(line(RECORD, source=None), local=True).source is None
    assert read_line(line(RECORD, stamp=[5, None]), local=False).stamp == Stamp(5, None)
    tagged = read_line(line(RECORD, source=[5, 6, "etag"]), local=True)
    assert tuple(tagged.source)[:2] == (5, 6)


def test_a_name_of_any_bytes():
    name = "\udcff\u00e4 $(x)\n.png"
    assert read_line(line(RECORD, target=name), local=True).target == name


@pytest.mark.parametrize("channels", [3, 4])
def test_a_palette(channels):
    colors = np.random.default_rng(0).integers(0, 256, (256, channels), np.uint8)
    known = Palette(np.unique(colors, axis=0), np.arange(len(np.unique(colors, axis=0))))
    found = read_line(Shared("k16", known).line(), local=True)
    assert found.options == "k16"
    assert np.array_equal(found.palette.colors, known.colors)
    assert np.array_equal(found.palette.counts, known.counts)
    assert read_line(line(PALETTE), local=True).palette.hex() == ["#ff0000", "#000080"]


NO_INTEGERS = [None, True, 1.0, "1", [], {}, -1, 1 << 63, 10**30]
NO_NAMES = [
    *(None, True, 7, [], "", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/./b"),
    *("a/", "./a", "a\0b", "\ud800", "a/..", "//a"),
]
WRONG = [
    *(line(RECORD, version=value) for value in [*NO_INTEGERS, 0, 2]),
    *(line(RECORD, target=value) for value in NO_NAMES),
    *(line(RECORD, file=value) for value in NO_NAMES if value is not None),
    *(line(RECORD, options=value) for value in (None, 7, [], "")),
    *(
        line(RECORD, **{which: [value, 1]})
        for value in NO_INTEGERS
        for which in ("source", "stamp")
    ),
    *(line(RECORD, source=[1, value]) for value in (True, 1.5, "1", [], 1 << 63, -(1 << 63) - 1)),
    *(
        line(RECORD, stamp=value)
        for value in (None, True, 7, "12", {}, [], [1], [1, 2, 3], [1, None])
    ),
    *(line(RECORD, source=[1, 2, value]) for value in (7, True, [], "x" * 2000)),
    line(RECORD, source=[1, 2, None, None]),
    line(RECORD, file=None),
    line({name: value for name, value in RECORD.items() if name != "stamp"}),
    line(RECORD).replace(b"807", b"1e400"),
    line(RECORD).replace(b"807", b"NaN"),
    line(RECORD).replace(b"807", b"9" * 9999),
    line(RECORD).replace(b"807", b"[" * 100_000),
    line(RECORD)[:-20],
    *(b"", b"[]", b"7", b"null", b"\xff\xfe", b"\0", b"[" * 100_000, b'{"version": 1}'),
    *(line(PALETTE, palette=value) for value in (None, 7, [], "")),
    *(line(PALETTE, channels=value) for value in (None, True, 3.0, 2, 4, 5)),
    *(line(PALETTE, colors=value) for value in (None, 7, "", "ff00", "zz0000000080", "f" * 12, [])),
    *(line(PALETTE, colors=value) for value in ("ff0000 000080", "FF0000000080\n")),
    *(
        line(PALETTE, counts=value)
        for value in (None, 7, [], [5], [5, -1], [5, True], [5, 1 << 63])
    ),
    line(PALETTE, colors="000001" * 65_537, counts=[1] * 65_537),
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_what_is_no_record(wrong):
    assert read_line(wrong, local=True) is None


@pytest.mark.parametrize("name", ["s3://bucket/x", "x::y", "../x", "/x", "a//b"])
def test_names_that_lead_elsewhere_in_a_url(name):
    assert read_line(line(RECORD, target=name), local=False) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.sampled_from(sorted({**RECORD, **PALETTE})), VALUES, st.sampled_from([RECORD, PALETTE]))
def test_nothing_raises(name, value, content):
    text = json.dumps(content | {name: value}).encode()
    found = read_line(text, local=True)
    if isinstance(found, Record):
        assert read_line(found.line(), local=True) == found


@given(st.binary())
def test_bytes_are_no_record(data):
    assert read_line(data, local=True) is None
