import numpy as np
import pytest

from colorquant.cli.shown.swatches import contrast_lines, list_lines, painting, swatch_lines
from colorquant.palette import Palette


def palette(rows, counts=None, names=None):
    counts = [0] * len(rows) if counts is None else counts
    return Palette(np.array(rows, np.uint8), np.array(counts, np.int64), names)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, 0),
        ({"TERM": "xterm"}, 0),
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, 1 << 24),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, 1 << 24),
        ({"TERM": "xterm-256color", "NO_COLOR": "1", "COLORTERM": "truecolor"}, 0),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, 256),
        ({"TERM": "xterm-256color", "CLICOLOR": "0"}, 0),
        ({"TERM": "xterm-256color", "CLICOLOR": "1"}, 256),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, 0),
    ],
)
def test_what_a_terminal_shows(environment, expected):
    assert painting(environment) == expected


def test_swatches_in_true_color():
    (line,) = swatch_lines(palette([[1, 20, 255]]), 1 << 24)
    half = "\x1b[48;2;1;20;255m   "
    assert line == f"0  {half}{half}\x1b[0m  #0114ff  blue"


@pytest.mark.parametrize(
    ("color", "code"),
    [
        ((0, 0, 0), 16),
        ((255, 255, 255), 231),
        ((255, 0, 0), 196),
        ((95, 135, 175), 67),
        ((8, 8, 8), 232),
        ((238, 238, 238), 255),
        ((128, 128, 128), 244),
        ((200, 30, 90), 161),
    ],
)
def test_swatches_of_256_colors(color, code):
    (line,) = swatch_lines(palette([color]), 256)
    assert line.startswith(f"0  \x1b[48;5;{code}m   \x1b[48;5;{code}m   \x1b[0m  #")


def test_the_color_of_256_is_the_nearest():
    levels = (0, 95, 135, 175, 215, 255)
    cube = [(r, g, b) for r in levels for g in levels for b in levels]
    known = np.array([*cube, *((level,) * 3 for level in range(8, 239, 10))])
    colors = np.random.default_rng(1).integers(0, 256, (300, 3), dtype=np.uint8)
    for color, line in zip(colors, swatch_lines(palette(colors), 256), strict=True):
        code = int(line.split("5;")[1].split("m")[0])
        apart = ((known - color.astype(int)) ** 2).sum(axis=1)
        assert apart[code - 16] == apart.min()


def test_transparent_colors_are_shown_on_white_and_on_black():
    (line,) = swatch_lines(palette([[255, 0, 0, 0]]), 1 << 24)
    assert "48;2;255;255;255m   \x1b[48;2;0;0;0m" in line
    assert line.endswith("#ff000000  transparent")
    (line,) = swatch_lines(palette([[255, 0, 0, 51]]), 1 << 24)
    assert "48;2;255;204;204m   \x1b[48;2;51;0;0m" in line


def test_shares_and_names():
    rows = [[0, 0, 0], [255, 99, 71], [1, 1, 1]]
    lines = swatch_lines(palette(rows, [999_000, 900, 100], ["Ink", "", "a\x1b[2J\nb"]), 0)
    assert lines == [
        "0  #000000   99.9 %  black   Ink",
        "1  #ff6347    0.1 %  tomato",
        r"2  #010101   <0.1 %  black   a\x1b[2J\nb",
    ]


def test_rows_of_many_are_aligned():
    lines = swatch_lines(palette([[0, 0, 0]] * 11), 0)
    assert lines[0] == " 0  #000000  black"
    assert lines[10] == "10  #000000  black"


def test_contrast_is_a_table():
    grays = [[0, 0, 0, 255], [255, 255, 255, 255], [119, 119, 119, 255], [1, 1, 1, 0]]
    assert contrast_lines(palette(grays)) == [
        "      0    1    2",
        " 1 21.0",
        " 2  4.6  4.4",
        " 3    -    -    -",
    ]
    assert contrast_lines(palette([[0, 0, 0]])) == []


def test_a_table_of_contrast_fits_a_terminal():
    lines = contrast_lines(palette([[16 * level] * 3 for level in range(16)]))
    assert len(lines) == 16
    assert max(map(len, lines)) <= 80


def test_contrast_of_many_is_a_line_for_each():
    rows = [[0, 0, 0, 255], *([[255, 255, 255, 255]] * 15), [9, 9, 9, 9]]
    lines = contrast_lines(palette(rows))
    assert len(lines) == 17
    assert lines[0] == "  0  #000000ff   15 at 4.5 or more, most 21.00 with #ffffffff"
    assert lines[1] == "  1  #ffffffff    1 at 4.5 or more, most 21.00 with #000000ff"
    assert lines[16] == " 16  #09090909  not opaque"


def test_a_list_of_palettes():
    some = {"two": palette([[0, 0, 0], [255, 0, 0]]), "many": palette([[9, 9, 9]] * 90)}
    assert list_lines(some, 0) == ["two     2", "many   90"]
    lines = list_lines(some, 1 << 24)
    assert lines[0].startswith("two     2  \x1b[48;2;0;0;0m ")
    # The swatches of a large palette take three rows.
    assert [line[:4].strip() for line in lines] == ["two", "many", "", ""]
