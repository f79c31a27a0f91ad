import re
import time

import pytest

from colorquant.palettes.files.css import is_css, read_css, write_css, write_scss
from colorquant.palettes.files.rows import palette_of


def found(text):
    palette = read_css(text.encode())
    return dict(zip(palette.names or [], palette.hex(), strict=bool(palette.names)))


def test_custom_properties():
    assert found(
        ":root { --blue: #007bff; --sky-blue:SkyBlue; --a1 : rgb(1, 2, 3) ;\n"
        "  --wide: 10px; --font: Arial, red; --two: red blue; --ref: var(--blue);\n"
        "  --important: #fff !important; color: red; --last: hsl(0 100% 50%) }"
    ) == {
        "blue": "#007bff",
        "sky-blue": "#87ceeb",
        "a1": "#010203",
        "important": "#ffffff",
        "last": "#ff0000",
    }


def test_variables_and_maps_of_scss():
    assert found(
        "$white: #fff !default; // $no: #000;\n$map: (\n  'deep': #102030,\n  \"pale\" : tan\n);\n"
        "$refers: $white;\n@mixin of($a: red, $b: blue) { color: $a; }\n$end: navy"
    ) == {"white": "#ffffff", "deep": "#102030", "pale": "#d2b48c", "end": "#000080"}


def test_alpha():
    assert found("--a: #12345680; --b: #fff; --c: transparent; --d: rgba(0,0,0,.5);") == {
        "a": "#12345680",
        "b": "#ffffffff",
        "c": "#00000000",
        "d": "#00000080",
    }


def test_comments_strings_and_addresses_are_skipped():
    assert found(
        "/* --a: red; */ a::after { content: '--b: red; /*'; } // --c: red;\n"
        'b { content: "it\\"s --d: red;"; background: url(data:x;--e:red;) }\n'
        "c { background: url(http://x/y) } --f: red; /* --g: red;"
    ) == {"f": "#ff0000"}


def test_written_names_are_different_identifiers():
    names = [
        "Sky Blue",
        "",
        "sky_blue",
        "sky-blue",
        "1st",
        "color-1",
        "青い",
        "}; a: b",
        "x-2",
        "x",
    ]
    palette = palette_of([[i, 2, 3] for i in range(10)], names)
    assert write_css(palette).decode().startswith(":root {\n  --Sky-Blue: #000203;\n")
    assert write_scss(palette).decode().startswith("$Sky-Blue: #000203;\n")
    for write in (write_css, write_scss):
        back = read_css(write(palette))
        assert back.colors.tolist() == palette.colors.tolist()
        assert back.names == (
            *("Sky-Blue", "", "sky_blue", "sky-blue-2", "color-1st", "color-1-2", "青い", "a-b"),
            *("x-2", "x"),
        )


def test_identifiers_are_those_of_css():
    names = [chr(code) for code in range(1, 400)] + ["-", "--", "-1", "a" * 300]
    written = write_scss(palette_of([[1, 2, 3]] * len(names), names)).decode()
    pattern = r"\$[A-Za-z_\u00c0-\uffff][0-9A-Za-z_\u00c0-\uffff-]*: #010203;"
    assert all(re.fullmatch(pattern, line) for line in written.splitlines())
    assert len({line.replace("_", "-") for line in written.splitlines()}) == len(names)


def test_many_equal_names_take_no_time():
    palette = palette_of([[1, 2, 3]] * 65_536, ["same"] * 65_536)
    assert len(set(read_css(write_css(palette)).names)) == 65_536


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (":root{--a:#fff}", True),
        ("/* about */\n$a : red;", True),
        ("$map: ('a': #fff)", True),
        ("[data-theme=dark] { --a: #fff; }", True),
        ("a { color: red; }", False),
        ('{"$schema": "a", "colors": []}', False),
        ("GIMP Palette\n1 2 3 --a: red;", False),
        ("", False),
    ],
)
def test_what_begins_so(text, fits):
    assert is_css(text.encode()) is fits


def test_without_colors():
    with pytest.raises(ValueError, match="it has no variables that are colors"):
        read_css(b":root { --a: 10px; color: red; }")


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    [
        *("-", "--", "$", "$a", "$a:", "--a ", "/*", "//", '"', '\\"', "'", "(", "url(", "a", " "),
        *("$a:b", "$a:rgb(", "'a':", "'a':#", "--a:#0;", "\n", "é--"),
    ],
)
def test_time_grows_with_size_only(part):
    start = time.perf_counter()
    text = (part * (1 << 20))[: 1 << 20].encode()
    is_css(text)
    with pytest.raises(ValueError, match=r"it has no|it has more than"):
        read_css(text)
    assert time.perf_counter() - start < 5
