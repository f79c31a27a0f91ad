"""Writing of RGB color profiles from primaries, a white point and one curve.

Follows ICC.1:2022 (profile version 4.4): sections 7.2 header, 9.2 tags, 10.6 curves, 10.18
parametric curves, 10.31 XYZ; annex E for the adaptation to D50.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Curve", "Primaries", "rgb_profile"]

# The white point that all profiles are relative to, as the standard writes it.
_D50 = (0.9642, 1.0, 0.8249)
# From XYZ to sharpened cone responses: annex E.3.
_BRADFORD = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)

_Vector = tuple[float, float, float]
_Matrix = tuple[_Vector, _Vector, _Vector]


class Primaries(NamedTuple):
    """Chromaticities, each an (x, y)."""

    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A curve from stored numbers, 0 to 1, to linear light, 0 to 1.

    It is ``(a * x + b) ** gamma`` from d on and ``c * x`` below, or equally spaced samples.
    """

    gamma: float = 1.0
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    samples: tuple[float, ...] = ()

    def __call__(self, x: float) -> float:
        """Return the light of a number; only for a curve without samples."""
        return (self.a * x + self.b) ** self.gamma if x >= self.d else self.c * x


def rgb_profile(name: str, primaries: Primaries, curve: Curve) -> bytes:
    """Return the bytes of an RGB color profile.

    Parameters
    ----------
    name : str
        The description that programs show.
    primaries : Primaries
    curve : Curve
        Used for all three channels.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the primaries or the white point do not make a color space.
    """
    white = _xyz(primaries.white)
    if white[1] <= 0:
        raise ValueError("the white point is none")
    white = white[0] / white[1], 1.0, white[2] / white[1]
    columns = _transposed((_xyz(primaries.red), _xyz(primaries.green), _xyz(primaries.blue)))
    shares = _applied(_inverse(columns), white)
    adapted = _adaptation(white)
    light = [
        _applied(adapted, (share * row[0], share * row[1], share * row[2]))
        for share, row in zip(shares, _transposed(columns), strict=True)
    ]
    trc = _curve(curve)
    return _profile(
        {
            b"desc": _text(name),
            b"cprt": _text("No copyright, use freely"),
            b"wtpt": _numbers(b"XYZ ", _D50),
            b"chad": _numbers(b"sf32", sum(adapted, ())),
            b"rXYZ": _numbers(b"XYZ ", light[0]),
            b"gXYZ": _numbers(b"XYZ ", light[1]),
            b"bXYZ": _numbers(b"XYZ ", light[2]),
            b"rTRC": trc,
            b"gTRC": trc,
            b"bTRC": trc,
        }
    )


def _profile(tags: dict[bytes, bytes]) -> bytes:
    """Return header, tag table and tag data; equal data is stored once."""
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    places: dict[bytes, int] = {}
    for name, content in tags.items():
        if content not in places:
            places[content] = at + len(data)
            data += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4sIIII",
        *(at + len(data), bytes(4), 0x04400000, b"mntr", b"RGB ", b"XYZ "),
        *(2025, 1, 1, 0, 0, 0, b"acsp", bytes(4), 0, bytes(4), 0, 0, 0, 1),
    )
    return (header + _numbers(b"", _D50)[4:]).ljust(128, b"\0") + table + data


def _text(text: str) -> bytes:
    content = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xII4sII", 1, 12, b"enUS", len(content), 28) + content


def _numbers(kind: bytes, values: tuple[float, ...]) -> bytes:
    fixed = [max(-(1 << 31), min((1 << 31) - 1, round(value * 65_536))) for value in values]
    return kind + bytes(4) + struct.pack(f">{len(fixed)}i", *fixed)


def _curve(curve: Curve) -> bytes:
    if curve.samples:
        levels = [round(65_535 * min(1.0, max(0.0, light))) for light in curve.samples]
        return b"curv" + struct.pack(f">4xI{len(levels)}H", len(levels), *levels)
    if curve == Curve(curve.gamma):
        return b"para" + struct.pack(">4xHxx", 0) + _numbers(b"", (curve.gamma,))[4:]
    numbers = curve.gamma, curve.a, curve.b, curve.c, curve.d
    return b"para" + struct.pack(">4xHxx", 3) + _numbers(b"", numbers)[4:]


def _xyz(chromaticity: tuple[float, float]) -> _Vector:
    x, y = chromaticity
    return x, y, 1 - x - y


def _adaptation(white: _Vector) -> _Matrix:
    """Return the matrix that adapts a white point to D50 by the Bradford transform."""
    before, after = _applied(_BRADFORD, white), _applied(_BRADFORD, _D50)
    if min(before) <= 0:
        raise ValueError("the white point is none")
    scaled = tuple(tuple(after[i] / before[i] * value for value in _BRADFORD[i]) for i in range(3))
    columns = [_applied(_inverse(_BRADFORD), column) for column in _transposed(scaled)]  # type: ignore[arg-type]
    return _transposed((columns[0], columns[1], columns[2]))


def _applied(matrix: _Matrix, vector: _Vector) -> _Vector:
    x, y, z = (row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2] for row in matrix)
    return x, y, z


def _transposed(matrix: _Matrix) -> _Matrix:
    first, second, third = zip(*matrix, strict=True)
    return first, second, third


def _inverse(matrix: _Matrix) -> _Matrix:
    """Invert a matrix by cofactors."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if abs(determinant) < 1e-9:
        raise ValueError("the primaries make no space")
    return (
        (
            (e * i - f * h) / determinant,
            (c * h - b * i) / determinant,
            (b * f - c * e) / determinant,
        ),
        (
            (f * g - d * i) / determinant,
            (a * i - c * g) / determinant,
            (c * d - a * f) / determinant,
        ),
        (
            (d * h - e * g) / determinant,
            (b * g - a * h) / determinant,
            (a * e - b * d) / determinant,
        ),
    )
