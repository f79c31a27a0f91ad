"""Parsing of CSS colors: by name, in hexadecimal, and by functions.

Follows CSS Color Module Level 4, W3C, sections 4.2, 5.1, 5.2, 6.1, 6.3 and 7.
"""

import colorsys
import math
import re
from collections.abc import Callable

__all__ = ["NAMES", "parse_css", "parse_css_alpha"]

Rgb = tuple[int, int, int]
Rgba = tuple[int, int, int, int]

# fmt: off
NAMES = {
    "aliceblue": 0xf0f8ff, "antiquewhite": 0xfaebd7, "aqua": 0x00ffff, "aquamarine": 0x7fffd4,
    "azure": 0xf0ffff, "beige": 0xf5f5dc, "bisque": 0xffe4c4, "black": 0x000000,
    "blanchedalmond": 0xffebcd, "blue": 0x0000ff, "blueviolet": 0x8a2be2, "brown": 0xa52a2a,
    "burlywood": 0xdeb887, "cadetblue": 0x5f9ea0, "chartreuse": 0x7fff00, "chocolate": 0xd2691e,
    "coral": 0xff7f50, "cornflowerblue": 0x6495ed, "cornsilk": 0xfff8dc, "crimson": 0xdc143c,
    "cyan": 0x00ffff, "darkblue": 0x00008b, "darkcyan": 0x008b8b, "darkgoldenrod": 0xb8860b,
    "darkgray": 0xa9a9a9, "darkgreen": 0x006400, "darkgrey": 0xa9a9a9, "darkkhaki": 0xbdb76b,
    "darkmagenta": 0x8b008b, "darkolivegreen": 0x556b2f, "darkorange": 0xff8c00,
    "darkorchid": 0x9932cc, "darkred": 0x8b0000, "darksalmon": 0xe9967a, "darkseagreen": 0x8fbc8f,
    "darkslateblue": 0x483d8b, "darkslategray": 0x2f4f4f, "darkslategrey": 0x2f4f4f,
    "darkturquoise": 0x00ced1, "darkviolet": 0x9400d3, "deeppink": 0xff1493,
    "deepskyblue": 0x00bfff, "dimgray": 0x696969, "dimgrey": 0x696969, "dodgerblue": 0x1e90ff,
    "firebrick": 0xb22222, "floralwhite": 0xfffaf0, "forestgreen": 0x228b22, "fuchsia": 0xff00ff,
    "gainsboro": 0xdcdcdc, "ghostwhite": 0xf8f8ff, "gold": 0xffd700, "goldenrod": 0xdaa520,
    "gray": 0x808080, "green": 0x008000, "greenyellow": 0xadff2f, "grey": 0x808080,
    "honeydew": 0xf0fff0, "hotpink": 0xff69b4, "indianred": 0xcd5c5c, "indigo": 0x4b0082,
    "ivory": 0xfffff0, "khaki": 0xf0e68c, "lavender": 0xe6e6fa, "lavenderblush": 0xfff0f5,
    "lawngreen": 0x7cfc00, "lemonchiffon": 0xfffacd, "lightblue": 0xadd8e6, "lightcoral": 0xf08080,
    "lightcyan": 0xe0ffff, "lightgoldenrodyellow": 0xfafad2, "lightgray": 0xd3d3d3,
    "lightgreen": 0x90ee90, "lightgrey": 0xd3d3d3, "lightpink": 0xffb6c1, "lightsalmon": 0xffa07a,
    "lightseagreen": 0x20b2aa, "lightskyblue": 0x87cefa, "lightslategray": 0x778899,
    "lightslategrey": 0x778899, "lightsteelblue": 0xb0c4de, "lightyellow": 0xffffe0,
    "lime": 0x00ff00, "limegreen": 0x32cd32, "linen": 0xfaf0e6, "magenta": 0xff00ff,
    "maroon": 0x800000, "mediumaquamarine": 0x66cdaa, "mediumblue": 0x0000cd,
    "mediumorchid": 0xba55d3, "mediumpurple": 0x9370db, "mediumseagreen": 0x3cb371,
    "mediumslateblue": 0x7b68ee, "mediumspringgreen": 0x00fa9a, "mediumturquoise": 0x48d1cc,
    "mediumvioletred": 0xc71585, "midnightblue": 0x191970, "mintcream": 0xf5fffa,
    "mistyrose": 0xffe4e1, "moccasin": 0xffe4b5, "navajowhite": 0xffdead, "navy": 0x000080,
    "oldlace": 0xfdf5e6, "olive": 0x808000, "olivedrab": 0x6b8e23, "orange": 0xffa500,
    "orangered": 0xff4500, "orchid": 0xda70d6, "palegoldenrod": 0xeee8aa, "palegreen": 0x98fb98,
    "paleturquoise": 0xafeeee, "palevioletred": 0xdb7093, "papayawhip": 0xffefd5,
    "peachpuff": 0xffdab9, "peru": 0xcd853f, "pink": 0xffc0cb, "plum": 0xdda0dd,
    "powderblue": 0xb0e0e6, "purple": 0x800080, "rebeccapurple": 0x663399, "red": 0xff0000,
    "rosybrown": 0xbc8f8f, "royalblue": 0x4169e1, "saddlebrown": 0x8b4513, "salmon": 0xfa8072,
    "sandybrown": 0xf4a460, "seagreen": 0x2e8b57, "seashell": 0xfff5ee, "sienna": 0xa0522d,
    "silver": 0xc0c0c0, "skyblue": 0x87ceeb, "slateblue": 0x6a5acd, "slategray": 0x708090,
    "slategrey": 0x708090, "snow": 0xfffafa, "springgreen": 0x00ff7f, "steelblue": 0x4682b4,
    "tan": 0xd2b48c, "teal": 0x008080, "thistle": 0xd8bfd8, "tomato": 0xff6347,
    "turquoise": 0x40e0d0, "violet": 0xee82ee, "wheat": 0xf5deb3, "white": 0xffffff,
    "whitesmoke": 0xf5f5f5, "yellow": 0xffff00, "yellowgreen": 0x9acd32,
}
# fmt: on
"""R, G and B of each named color as one number, 0xrrggbb."""

# No component of a color is larger, angles included.
_LARGEST = 1e6
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_NUMBER = r"\s*(\d+)\s*"
_PERCENT = r"\s*(\d+)%\s*"
_HEX_ALPHA = re.compile(r"#([0-9a-f]{4}|[0-9a-f]{8})")
_CALL = re.compile(r"(rgb|hsl)a?\((.*)\)", re.DOTALL)
# All that an argument of a function may be, and nothing that takes long to tell.
_ARGUMENT = re.compile(
    r"([+-]?(?:\d{1,99}\.?\d{0,99}|\.\d{1,99})(?:e[+-]?\d{1,2})?)(%|[a-z]+)?", re.ASCII
)
_LONGEST = 200
_TURN = {None: 1.0, "deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
_DEGREES_AND_SHARES = r"\s*(\d+\.?\d*)\s*,\s*(\d+\.?\d*)%\s*,\s*(\d+\.?\d*)%\s*"


def parse_css(text: str) -> Rgb | None:
    """Return the R, G and B, 0-255, of an opaque color.

    Parameters
    ----------
    text : str
        A name, ``#rgb``, ``#rrggbb``, ``rgb(255, 0, 0)``, ``rgb(100%, 0%, 0%)``,
        ``hsl(0, 100%, 50%)`` or, beyond CSS, ``hsv(0, 100%, 100%)``.

    Returns
    -------
    tuple of int or None
        None if it is no opaque color.
    """
    text = text.lower()
    if text in NAMES:
        return _split(NAMES[text])
    if found := _HEX.fullmatch(text):
        digits = found[1]
        return _split(int(digits if len(digits) == 6 else "".join(2 * d for d in digits), 16))
    for pattern, make in _FUNCTIONS.items():
        if found := re.fullmatch(pattern, text):
            values = [float(value) for value in found.groups()]
            rgb = make(*values) if max(values) <= _LARGEST else None
            return rgb if rgb and max(rgb) <= 255 else None
    return None


def parse_css_alpha(text: str) -> Rgb | Rgba | None:
    """Return the R, G and B of a color, with alpha if it is written with one; all 0-255.

    Parameters
    ----------
    text : str
        A name, ``transparent``, 3, 4, 6 or 8 hexadecimal digits after #, or a function ``rgb``,
        ``rgba``, ``hsl`` or ``hsla`` in either syntax of CSS: with commas, or with spaces and
        alpha after a slash. As in CSS, levels and shares beyond their range become its ends.

    Returns
    -------
    tuple of int or None
        None if it is no color, or one of another function.
    """
    text = text.strip().lower()
    if len(text) > _LONGEST:
        return None
    if text == "transparent":
        return 0, 0, 0, 0
    if found := _HEX_ALPHA.fullmatch(text):
        digits = found[1] if len(found[1]) == 8 else "".join(2 * digit for digit in found[1])
        r, g, b, alpha = bytes.fromhex(digits)
        return r, g, b, alpha
    if found := _CALL.fullmatch(text):
        return _from_call(found[1], found[2])
    # Beyond CSS, parse_css has other functions.
    return None if "(" in text else parse_css(text)


def _from_call(function: str, inside: str) -> Rgb | Rgba | None:
    legacy = "," in inside
    if legacy:
        parts = [part.strip() for part in inside.split(",")]
    else:
        colors, slash, alpha = inside.partition("/")
        parts = [*colors.split(), *[alpha.strip()] * bool(slash)]
        if len(colors.split()) != 3:
            return None
    values = [_argument(part, legacy) for part in parts]
    if len(values) not in (3, 4) or None in values:
        return None
    (*three, (opacity, unit)) = [each or (0.0, None) for each in [*values, (1.0, None)][:4]]
    if unit not in (None, "%"):
        return None
    rgb = _from_three(function, three, legacy)
    if rgb is None or len(values) == 3:
        return rgb
    return *rgb, _clamped(opacity / 100 if unit else opacity)


def _from_three(function: str, three: list[tuple[float, str | None]], legacy: bool) -> Rgb | None:
    units = [unit for _, unit in three]
    if function == "rgb":
        if not set(units) <= {None, "%"} or (legacy and len(set(units)) > 1):
            return None
        r, g, b = (_clamped(value / (100 if unit else 255)) for value, unit in three)
        return r, g, b
    (hue, turn), *shares = three
    fit = set(units[1:]) <= ({"%"} if legacy else {"%", None})
    if turn not in _TURN or not fit or abs(hue) > _LARGEST:
        return None
    saturation, lightness = (min(max(value, 0.0), 100.0) for value, _ in shares)
    return _from_hsl(hue * _TURN[turn], saturation, lightness)


def _argument(text: str, legacy: bool) -> tuple[float, str | None] | None:
    """Return a number and its unit."""
    if text == "none" and not legacy:
        return 0.0, None
    found = _ARGUMENT.fullmatch(text)
    return (float(found[1]), found[2]) if found else None


def _clamped(share: float) -> int:
    return _level(min(max(share, 0.0), 1.0))


def _split(number: int) -> Rgb:
    return number >> 16, number >> 8 & 255, number & 255


def _level(share: float) -> int:
    return int(255 * share + 0.5)


def _from_numbers(r: float, g: float, b: float) -> Rgb:
    return int(r), int(g), int(b)


def _from_percent(r: float, g: float, b: float) -> Rgb:
    return _level(r / 100), _level(g / 100), _level(b / 100)


def _from_hsl(hue: float, saturation: float, lightness: float) -> Rgb:
    r, g, b = colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100)
    return _level(r), _level(g), _level(b)


def _from_hsv(hue: float, saturation: float, value: float) -> Rgb:
    r, g, b = colorsys.hsv_to_rgb(hue / 360, saturation / 100, value / 100)
    return _level(r), _level(g), _level(b)


_FUNCTIONS: dict[str, Callable[[float, float, float], Rgb]] = {
    rf"rgb\({_NUMBER},{_NUMBER},{_NUMBER}\)": _from_numbers,
    rf"rgb\({_PERCENT},{_PERCENT},{_PERCENT}\)": _from_percent,
    rf"hsl\({_DEGREES_AND_SHARES}\)": _from_hsl,
    rf"hs[bv]\({_DEGREES_AND_SHARES}\)": _from_hsv,
}
