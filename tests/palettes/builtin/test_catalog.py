"""The built-in palettes against their definitions, published formulas and other packages."""

import cmath
import math
import re
from importlib import resources
from pathlib import Path
from zipfile import ZipFile

import matplotlib as mpl
import numpy as np
import pytest
from hatchling import build
from pages import rows, section
from pygments.styles import get_style_by_name

from colorquant.color.difference import ciede2000
from colorquant.color.lab import lab_of_xyz, to_light, xyz_of_light
from colorquant.errors import ImageReadError, InvalidInputError
from colorquant.palettes.builtin import catalog
from colorquant.palettes.builtin.catalog import about, builtin, names, palette_named

ROOT = Path(__file__).parents[3]


def levels(name):
    return [tuple(color) for color in builtin(name).colors.tolist()]


def lab_from_levels(colors):
    return lab_of_xyz(xyz_of_light(to_light(colors)))


def spread(number, *shifts):
    """Return the bits of a number at these places."""
    return [number >> shift & 1 for shift in shifts]


def clipped(*channels):
    """Return channels of 0 to 1 as levels."""
    return tuple(round(255 * min(max(channel, 0), 1)) for channel in channels)


@pytest.mark.parametrize("name", names())
def test_each_file_is_a_palette_with_source_and_licence(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    palette = builtin(name)
    assert 2 <= len(palette) <= 256
    assert not palette.has_alpha
    assert all(len(text) >= 3 for text in about(name))
    file = resources.files(catalog.__package__) / f"{name}.gpl"
    first, title, source, licence, *rest = file.read_text().splitlines()
    assert first == "GIMP Palette"
    assert (title, source, licence) == tuple(
        f"{key}{text}"
        for key, text in zip(("Name: ", "# source: ", "# licence: "), about(name), strict=True)
    )
    # Each line is a color with a name.
    assert len(rest) == len(palette)
    assert all(re.fullmatch(r"( *\d+){3}\t\S.*", line) for line in rest)


def test_titles_are_unique():
    assert len({about(name).title for name in names()}) == len(names())


# Old machines have entries that look the same.
REPEATS = {"apple-ii": 15, "nes": 54, "vga": 246, "zx-spectrum": 15}


@pytest.mark.parametrize("name", names())
def test_colors_are_different_but_where_the_machine_repeats_them(name):
    assert len(set(levels(name))) == REPEATS.get(name, len(builtin(name)))


def test_the_docs_list_all():
    found = rows(section("docs/palettes.md", "Built-in palettes"))[2:]
    listed = [(name.strip("`"), int(colors), *rest) for name, colors, *rest in found]
    assert listed == [(name, len(builtin(name)), *about(name)) for name in names()]


def test_names_are_taken_in_upper_case():
    assert builtin("Pico-8").colors.tolist() == builtin("pico-8").colors.tolist()
    assert about("NES") == about("nes")


@pytest.mark.parametrize("ask", [builtin, about])
def test_an_unknown_name_gets_a_similar_one(ask):
    with pytest.raises(InvalidInputError, match=r"'pico8'; did you mean pico-8\?"):
        ask("pico8")
    with pytest.raises(InvalidInputError, match=r"'qqq'; there are .*, websafe, zx-spectrum$"):
        ask("qqq")
    with pytest.raises(InvalidInputError):
        ask("../builtin/nes")


def test_a_name_wins_over_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = "GIMP Palette\n1 2 3\n"
    Path("nes").write_text(own)
    Path("own.gpl").write_text(own)
    assert len(palette_named("NES")) == 64
    for file in ("./nes", Path("nes"), "own.gpl", tmp_path / "nes"):
        assert palette_named(file).colors.tolist() == [[1, 2, 3]]


def test_a_missing_file_is_told_with_a_similar_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = "pico8: no such file, and no built-in palette of that name; did you mean pico-8?"
    with pytest.raises(ImageReadError, match=f"^{re.escape(said)}$"):
        palette_named("pico8")
    for name in ("qqq", "./pico8", Path("pico8")):
        with pytest.raises(ImageReadError, match=r"no such file$"):
            palette_named(name)


def test_a_file_that_is_no_palette_is_told_as_such(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pico8").write_text("no palette")
    with pytest.raises(ImageReadError, match="not a palette"):
        palette_named("pico8")


def test_a_wheel_has_the_files(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with ZipFile(tmp_path / build.build_wheel(str(tmp_path))) as wheel:
        packed = {Path(name).stem for name in wheel.namelist() if name.endswith(".gpl")}
    assert packed == set(names())


@pytest.mark.parametrize("k", [2, 4, 16, 256])
def test_grays_are_even(k):
    assert levels(f"gray{k}") == [(gray,) * 3 for gray in range(0, 256, 255 // (k - 1))]


def test_websafe_is_a_cube_of_six_levels():
    steps = range(0, 256, 51)
    assert levels("websafe") == [(r, g, b) for r in steps for g in steps for b in steps]


def rgbi(index):
    """Return a color of an IBM color display, which shows dark yellow as brown."""
    bright, *rgb = spread(index, 3, 2, 1, 0)
    color = [170 * bit + 85 * bright for bit in rgb]
    return (170, 85, 0) if index == 6 else tuple(color)


def test_cga_is_rgbi_with_brown():
    assert levels("cga") == levels("ega") == [rgbi(index) for index in range(16)]


@pytest.mark.parametrize("blue", [0, 1])
@pytest.mark.parametrize("high", [0, 1])
def test_the_palettes_of_cga_are_black_and_three_with_the_same_blue_and_brightness(blue, high):
    expected = [rgbi(8 * high + 2 * pair + blue) for pair in (1, 2, 3)]
    assert levels(f"cga-{blue}{'-high' * high}") == [(0, 0, 0), *expected]


def test_ega_has_two_bits_a_channel():
    def color(index):
        low, high = spread(index, 5, 4, 3), spread(index, 2, 1, 0)
        return tuple(85 * (2 * h + lo) for h, lo in zip(high, low, strict=True))

    assert levels("ega-64") == [color(index) for index in range(64)]
    assert set(levels("ega")) < set(levels("ega-64"))


def test_teletext_has_a_bit_a_channel():
    assert levels("teletext") == [
        tuple(255 * bit for bit in spread(index, 0, 1, 2)) for index in range(8)
    ]


def test_master_system_has_two_bits_a_channel():
    assert levels("master-system") == [
        tuple(85 * (index >> shift & 3) for shift in (0, 2, 4)) for index in range(64)
    ]


def test_zx_spectrum_has_a_bit_a_channel_and_one_for_brightness():
    def color(index):
        bright, g, r, b = spread(index, 3, 2, 1, 0)
        return tuple((255 if bright else 192) * bit for bit in (r, g, b))

    assert levels("zx-spectrum") == [color(index) for index in range(16)]


def test_vga_is_16_of_ega_16_grays_and_nine_wheels_of_24_hues():
    found = levels("vga")
    assert found[:16] == levels("ega")
    # The converter of the VGA has 6 bits.
    assert all(level == (level >> 2) << 2 | level >> 6 for color in found for level in color)
    grays = found[16:32]
    assert all(len(set(color)) == 1 for color in grays)
    assert grays == sorted(grays)
    assert (grays[0], grays[-1]) == ((0, 0, 0), (255, 255, 255))
    assert found[248:] == [(0, 0, 0)] * 8

    at = 32
    for top in (63, 28, 16):
        for share in (0, 1 / 2, 5 / 7):
            low = math.floor(top * share)
            # Halves are rounded down.
            steps = [math.ceil(low + (top - low) * step / 4 - 1 / 2) for step in range(5)]
            rising = [*steps, *steps[-1:] * 8, *steps[-2::-1], *steps[:1] * 7]
            wheel = zip(rising, rising[8:] + rising[:8], rising[16:] + rising[:16], strict=True)
            expected = [(r, g, b) for r, b, g in wheel]
            assert [tuple(level >> 2 for level in color) for color in found[at : at + 24]] == (
                expected
            ), (top, share)
            at += 24
    assert at == 248


def test_gameboy_goes_from_dark_to_light_in_green():
    lab = lab_from_levels(builtin("gameboy").colors)
    assert (np.diff(lab[:, 0]) > 0).all()
    assert all(g > r >= b for r, g, b in levels("gameboy"))


# Luma in 32nds and, unless the color is gray, chroma in 16ths of a turn, as Pepto published.
PEPTO = {
    "black": (0, None),
    "white": (32, None),
    "red": (10, 4),
    "cyan": (20, 12),
    "purple": (12, 1),
    "green": (16, 9),
    "blue": (8, 15),
    "yellow": (24, 7),
    "orange": (12, 5),
    "brown": (8, 6),
    "light red": (16, 4),
    "dark gray": (10, None),
    "gray": (15, None),
    "light green": (24, 9),
    "light blue": (15, 15),
    "light gray": (20, None),
}


def test_c64_is_what_pepto_computes():
    def color(luma, sector):
        y = luma / 32
        # Half a 16th of a turn beside the axes; a saturation of 34.008 of 255.
        chroma = (
            0 if sector is None else cmath.rect(34.0081334493 / 255, (sector + 1) * math.tau / 16)
        )
        u, v = chroma.real, chroma.imag
        signal = (y + 1.140 * v, y - 0.396 * u - 0.581 * v, y + 2.029 * u)
        return clipped(*(min(max(each, 0), 1) ** (2.5 / 2.2) for each in signal))

    assert levels("c64") == [color(*each) for each in PEPTO.values()]


# Y, R-Y and B-Y of the colors 1 to 15 in the data manual of the TMS9918A.
TMS9918A = """
0 .47 .47  .53 .07 .20  .67 .17 .27  .40 .40 1  .53 .43 .93  .47 .83 .30  .73 0 .70  .53 .93 .27
.67 .93 .27  .73 .57 .07  .80 .57 .17  .47 .13 .23  .53 .73 .67  .80 .47 .47  1 .47 .47
"""


def test_msx_is_what_the_data_manual_of_its_chip_says():
    def color(y, red, blue):
        r, b = y + red - 0.47, y + blue - 0.47
        return clipped(r, (y - 0.30 * r - 0.11 * b) / 0.59, b)

    table = np.array(TMS9918A.split(), float).reshape(15, 3).tolist()
    assert levels("msx") == [color(*each) for each in table]


def test_apple_ii_adds_up_four_bits_at_quarter_turns():
    found = np.array(levels("apple-ii"))
    assert found[5].tolist() == found[10].tolist()
    # One bit alone adds to one of red and blue, and leaves the other as it is.
    assert len({found[1][2], found[2][0], found[4][2], found[8][0]}) == 1
    # More bits are brighter.
    luma = lab_from_levels(found.astype(np.uint8))[:, 0]
    bits = np.array([index.bit_count() for index in range(16)])
    means = [luma[bits == number].mean() for number in range(5)]
    assert means == sorted(means)
    # Opposite colors are on opposite sides of gray.
    for index in range(1, 15):
        a, b = lab_from_levels(found[[index, 15 - index]].astype(np.uint8))[:, 1:]
        assert a @ b < 0 or not a.any() or index in (5, 10)


# Volts of low and high halves of the signal in each row of 16 entries; the NESdev wiki, NTSC video.
NES_LOW = (0.228, 0.312, 0.552, 0.880)
NES_HIGH = (0.616, 0.840, 1.100, 1.100)
NES_BLACK, NES_WHITE = 0.312, 1.100


def test_nes_is_its_signal_decoded():
    def turned(samples):
        return sum(s * cmath.rect(1 / 6, -math.tau * at / 12) for at, s in enumerate(samples))

    def wave(color, low, high):
        return [high if (color + at) % 12 < 6 else low for at in range(12)]

    burst = turned(wave(8, 0, 1))

    def color(index):
        row, column = divmod(index, 16)
        low, high = NES_LOW[row], NES_HIGH[row]
        low, high = {0: (high, high), 13: (low, low)}.get(column, (low, high))
        if column > 13:
            low = high = NES_BLACK
        span = NES_WHITE - NES_BLACK
        signal = [(volts - NES_BLACK) / span for volts in wave(column, low, high)]
        y = sum(signal) / 12
        # The burst of color is at half a turn.
        chroma = -turned(signal) * abs(burst) / burst
        r, b = y + chroma.imag / 0.877, y + chroma.real / 0.492
        return clipped(r, (y - 0.299 * r - 0.114 * b) / 0.587, b)

    assert levels("nes") == [color(index) for index in range(64)]


def test_pico_8_has_16_and_16_more():
    assert levels("pico-8-32")[:16] == levels("pico-8")
    assert builtin("pico-8").hex()[8] == "#ff004d"


def test_solarized_is_near_the_lab_that_is_published():
    published = """
    15 -12 -12  20 -12 -12  45 -7 -7  50 -7 -7  60 -6 -3  65 -5 -2  92 0 10  97 0 10
    60 10 65  50 50 55  50 65 45  50 65 -5  50 15 -45  55 -10 -45  60 -35 -5  60 -20 65
    """
    expected = np.array(published.split(), float).reshape(16, 3)
    # They are of another white and of whole numbers.
    assert ciede2000(lab_from_levels(builtin("solarized").colors), expected).max() < 6


@pytest.mark.parametrize(
    ("name", "styles", "own", "shared"),
    [
        ("solarized", ["solarized-dark", "solarized-light"], set(), 13),
        ("gruvbox", ["gruvbox-dark", "gruvbox-light"], {"#dddddd"}, 23),
        # Nord's comments have a color beside its sixteen.
        ("nord", ["nord", "nord-darker"], {"#242933", "#616e87", "#616e88"}, 12),
        ("dracula", ["dracula"], {"#8b080b"}, 9),
    ],
)
def test_schemes_have_the_colors_of_pygments(name, styles, own, shared):
    used = set()
    for style in map(get_style_by_name, styles):
        used.add(style.background_color.lower())
        used |= {f"#{each['color'].lower()}" for _, each in style if each["color"]}
    known = set(builtin(name).hex())
    assert used - known <= own
    assert len(used & known) >= shared


def test_gruvbox_has_seven_hues_bright_neutral_and_faded():
    bright, neutral, faded = lab_from_levels(builtin("gruvbox").colors)[15:, 0].reshape(3, 7)
    assert (bright > neutral).all()
    assert (neutral > faded).all()


def test_okabe_ito_is_near_the_percentages_that_are_published():
    published = "0 0 0  90 60 0  35 70 90  0 60 50  95 90 25  0 45 70  80 40 0  80 60 70"
    expected = np.array(published.split(), float).reshape(8, 3)
    far = np.abs(builtin("okabe-ito").colors / 2.55 - expected) > 5.5
    # The percentages are rounded, and differ from the levels in the green of reddish purple.
    assert np.argwhere(far).tolist() == [[7, 1]]


def test_okabe_ito_is_that_of_matplotlib():
    if "okabe_ito" not in mpl.color_sequences:
        pytest.skip("matplotlib has it from 3.11 on")
    theirs = {mpl.colors.to_hex(color) for color in mpl.color_sequences["okabe_ito"]}
    assert theirs == set(builtin("okabe-ito").hex())


@pytest.mark.parametrize("name", ["bwr", "bwry", "spectra-6", "acep-7"])
def test_nominal_inks_are_at_the_corners_of_the_cube(name):
    assert {level for color in levels(name) for level in color} <= {0, 128, 255}


@pytest.mark.parametrize("name", ["spectra-6", "bwry"])
def test_measured_inks_are_like_the_nominal_ones_but_duller(name):
    nominal, measured = (builtin(each).colors.astype(int) for each in (name, f"{name}-measured"))
    assert nominal.shape == measured.shape
    for ideal, real in zip(nominal, measured, strict=True):
        assert np.ptp(real) < max(np.ptp(ideal), 30)
        assert real[ideal == 255].min(initial=255) > real[ideal == 0].max(initial=0)
    assert measured[0].max() < 64 < measured[1].min() < 224


@pytest.mark.parametrize("name", ["dawnbringer-16", "sweetie-16"])
def test_palettes_of_artists_reach_from_dark_to_light(name):
    luma = lab_from_levels(builtin(name).colors)[:, 0]
    assert len(luma) == 16
    assert luma.min() < 15
    assert luma.max() > 90
