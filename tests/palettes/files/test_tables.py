import json
import time

import numpy as np
import pytest

from colorquant.palette import Palette
from colorquant.palettes.files.rows import palette_of
from colorquant.palettes.files.tables import (
    is_csv,
    is_json,
    read_csv,
    read_json,
    write_csv,
    write_json,
)


def content(palette):
    return palette.colors.tolist(), palette.names


def test_names_are_in_json_only_if_there_are_any():
    assert "names" not in json.loads(write_json(palette_of([[1, 2, 3]])))
    assert json.loads(write_json(palette_of([[1, 2, 3]] * 2, ["", "a"])))["names"] == ["", "a"]


@pytest.mark.parametrize(
    ("text", "colors", "names"),
    [
        ('["#010203", "04050607"]', [[1, 2, 3, 255], [4, 5, 6, 7]], None),
        ("[[1, 2, 3], [4, 5, 6]]", [[1, 2, 3], [4, 5, 6]], None),
        ("[[1, 2, 3, 4]]", [[1, 2, 3, 4]], None),
        ('[{"hex": "#010203", "name": "a"}, {"hex": "040506"}]', [[1, 2, 3], [4, 5, 6]], ("a", "")),
        ('[{"r": 1, "g": 2, "b": 3}]', [[1, 2, 3]], None),
        ('[{"r": 1, "g": 2, "b": 3, "a": 4, "name": "a"}]', [[1, 2, 3, 4]], ("a",)),
        ('[{"hex": "#010203", "name": null, "r": 9}]', [[1, 2, 3]], None),
        ('{"name": "Two", "author": "", "colors": ["010203"]}', [[1, 2, 3]], None),
        ('{"version": 1, "colors": ["#010203"], "names": ["a"]}', [[1, 2, 3]], ("a",)),
        ('{"version": 1, "colors": ["#010203"], "counts": [1e9]}', [[1, 2, 3]], None),
        ('\ufeff["#010203"]', [[1, 2, 3]], None),
    ],
)  # fmt: skip
def test_json_of_all_kinds(text, colors, names):
    assert is_json(text.encode())
    assert content(read_json(text.encode())) == (colors, names)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "it has 0 colors"),
        ("{}", "it has no list of colors"),
        ('{"version": true, "colors": ["#010203"]}', "its version is not 1"),
        ('{"version": 1.0, "colors": ["#010203"]}', "its version is not 1"),
        ('{"version": 2, "colors": ["#010203"]}', "its version is not 1"),
        ('{"colors": {"a": "#010203"}}', "it has no list of colors"),
        ('{"colors": ["#010203"], "names": []}', "its names are not a list with one a color"),
        ('{"colors": ["#010203"], "names": "a"}', "its names are not a list with one a color"),
        ('{"colors": ["#010203"], "names": [1]}', "1 is no name"),
        ('[{"hex": "#010203", "name": ["a"]}]', "a list is no name"),
        ('[{"hex": null}]', "None is not #rrggbb or #rrggbbaa"),
        ('[{"r": 1, "g": 2}]', "1, 2, None are not 3 or 4 levels, 0 to 255"),
        ("[[1, 2]]", "1, 2 are not 3 or 4 levels"),
        ("[[1, 2, 256]]", "1, 2, 256 are not 3 or 4 levels"),
        ("[[1, 2, -1]]", "1, 2, -1 are not 3 or 4 levels"),
        ("[[1, 2, 3.0]]", "1, 2, 3.0 are not 3 or 4 levels"),
        ("[[1, 2, true]]", "1, 2, True are not 3 or 4 levels"),
        ("[[1, 2, NaN]]", "NaN is no number of JSON"),
        ("[[1, 2, -Infinity]]", "-Infinity is no number of JSON"),
        (f"[[1, 2, {'9' * 9999}]]", f"'{'9' * 40}' is too large"),
        ("[null]", "None is not #rrggbb"),
        ('["\\u001b[31m"]', r"'\\x1b\[31m' is not #rrggbb"),
        ('["' + "a" * 99 + '"]', f"'{'a' * 40}' is not #rrggbb"),
        ('["#fff"]', "'#fff' is not #rrggbb"),
        ("[" * 100_000, "its values are nested too deep"),
        ('{"colors":' * 100_000, "its values are nested too deep"),
        ("[" + "0," * (1 << 22) + "0]", "it has more than 1,048,576 values"),
        (json.dumps(["#010203"] * 65_537), "it has more than 65,536 colors"),
        ('["\0"]', "it is not text"),
    ],
)
def test_damaged_json(text, message):
    with pytest.raises(ValueError, match=message):
        read_json(text.encode())


def test_csv_as_colorquant_writes_it():
    names = ('a, "b"', "", "#010203")
    palette = Palette(
        np.array([[1, 2, 3, 4], [1, 2, 3, 4], [9, 9, 9, 255]], np.uint8), np.arange(3), names
    )
    assert write_csv(palette).decode().splitlines() == [
        "index,name,hex,r,g,b,a,count",
        '0,"a, ""b""",#01020304,1,2,3,4,0',
        "1,,#01020304,1,2,3,4,1",
        "2,#010203,#090909ff,9,9,9,255,2",
    ]
    assert content(read_csv(write_csv(palette))) == content(palette)
    assert write_csv(palette_of([[1, 2, 3]])).decode().splitlines() == [
        "index,name,hex,r,g,b,count",
        "0,,#010203,1,2,3,0",
    ]


@pytest.mark.parametrize(
    ("text", "colors", "names"),
    [
        ("hex\n#010203\n040506", [[1, 2, 3], [4, 5, 6]], None),
        ("Name;HEX\r\na;#010203\r\n;040506\r\n", [[1, 2, 3], [4, 5, 6]], ("a", "")),
        ("r\tg\tb\n1\t2\t3\n", [[1, 2, 3]], None),
        ("name,R,G,B,A\na,1,2,3,4\nb,1,2,3,\n", [[1, 2, 3, 4], [1, 2, 3, 255]], ("a", "b")),
        ("count,b,g,r\n1e9,3,2,1\n", [[1, 2, 3]], None),
        ("a,#010203\n,#040506", [[1, 2, 3], [4, 5, 6]], ("a", "")),
        ("#010203,a\n,,\n#040506", [[1, 2, 3], [4, 5, 6]], ("a", "")),
        ("0,a,#010203\n1,b,#040506", [[1, 2, 3], [4, 5, 6]], ("a", "b")),
        ("1,2,3\n4,5,6", [[1, 2, 3], [4, 5, 6]], None),
        ("1, 2, 3, a\n4, 5, 6, b", [[1, 2, 3], [4, 5, 6]], ("a", "b")),
        ("1;2;3;4;a\n4;5;6;7;b", [[1, 2, 3, 4], [4, 5, 6, 7]], ("a", "b")),
        ('"a;b;c;d",#010203\n', [[1, 2, 3]], ("a;b;c;d",)),
    ],
)
def test_csv_of_all_kinds(text, colors, names):
    assert is_csv(text.encode())
    assert content(read_csv(text.encode())) == (colors, names)


@pytest.mark.parametrize(
    "text", ["", "a,b\n", "#010203\n", "GIMP Palette\n", ";a,b\n", "1,2\n", "\0"]
)
def test_what_does_not_begin_so(text):
    assert not is_csv(text.encode())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it has 0 colors"),
        ("hex,name\n", "it has 0 colors"),
        ("hex,name\n#01020,a\n", "'#01020,a' has no color"),
        ("hex,name\n#010203,a\nb\n", "'b' has no color"),
        ("name,hex\nb\n", "'b' has no color"),
        ("r,g,b\n1,2,256\n", "'1,2,256' has no color"),
        ("r,g,b\n1,2,-3\n", "'1,2,-3' has no color"),
        ("r,g,b,a\n1,2,3,4.5\n", "'1,2,3,4.5' has no color"),
        ("a,b\nc,d\n", "'a,b' has no color"),
        ("hex\n#010203\n\x1b[31m", r"'\\x1b\[31m' has no color"),
        ("a" * 5000, "it has a line of more than 4,096 characters"),
        ('hex\n"' + "aaaa\n" * 50_000, r"field larger than field limit \(131072\)"),
        ("hex\n" + "#010203\n" * 65_537, "it has more than 65,536 colors"),
    ],
)
def test_damaged_csv(text, message):
    with pytest.raises(ValueError, match=message):
        read_csv(text.encode())


@pytest.mark.parametrize("part", [",", '"', '",', "hex,", '"\n', "1,", "[", '{"a":', '"",', "[],"])
def test_time_grows_with_size_only(part):
    start = time.perf_counter()
    data = (part * (1 << 20))[: 1 << 20].encode()
    is_csv(data)
    for read in (read_csv, read_json):
        with pytest.raises(ValueError, match=r"\w"):
            read(data)
    assert time.perf_counter() - start < 5
