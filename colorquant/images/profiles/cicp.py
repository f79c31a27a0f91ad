"""Color descriptions by codes or figures instead of a color profile.

Codes follow ITU-T H.273 (09/2023), tables 2 (color primaries) and 3 (transfer
characteristics). HDR, which is brighter than white, is compressed into the range of sRGB
channel by channel: white is 203 cd/m2 (ITU-R BT.2408-7, section 2.2), and 1,000 cd/m2 or more
become the brightest level, by the curve of ITU-R BT.2390-11, section 5.4.1. HLG assumes a
display of 1,000 cd/m2 with a system gamma of 1.2 (ITU-R BT.2100-3, table 5).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from colorquant.images.profiles.icc import Curve, Primaries, rgb_profile

__all__ = ["Description", "by_codes", "by_figures"]

_D65, _C, _E = (0.3127, 0.3290), (0.310, 0.316), (1 / 3, 1 / 3)
_P3 = (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)
_SMPTE = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65)
_BT709 = Primaries((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
_PRIMARIES = {
    1: ("BT.709", _BT709),
    4: ("BT.470 M", Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C)),
    5: ("BT.470 BG", Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65)),
    6: ("SMPTE 170M", _SMPTE),
    7: ("SMPTE 240M", _SMPTE),
    8: ("film", Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C)),
    9: ("BT.2020", Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65)),
    10: ("XYZ", Primaries((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), _E)),
    11: ("DCI-P3", Primaries(*_P3, (0.314, 0.351))),
    12: ("Display P3", Primaries(*_P3, _D65)),
    22: ("EBU 3213", Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65)),
}


def _with_linear_start(alpha: float, beta: float, slope: float) -> Curve:
    """Return the inverse of an encoding: ``slope * light`` up to beta, then a power."""
    return Curve(1 / 0.45, 1 / alpha, (alpha - 1) / alpha, 1 / slope, slope * beta)


_SRGB = Curve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_VIDEO = _with_linear_start(1.099296826809442, 0.018053968510807, 4.5)
_CURVES: dict[int, tuple[str, Callable[[float], float]]] = {
    **dict.fromkeys((1, 6, 11, 12, 14, 15), ("the curve of BT.709", _VIDEO)),
    4: ("gamma 2.2", Curve(2.2)),
    5: ("gamma 2.8", Curve(2.8)),
    7: ("the curve of SMPTE 240M", _with_linear_start(1.111572195921731, 0.022821585529445, 4.0)),
    8: ("linear light", Curve()),
    9: ("a logarithm", lambda x: 10 ** (2 * (x - 1)) if x > 0 else 0.0),
    10: ("a logarithm", lambda x: 10 ** (2.5 * (x - 1)) if x > 0 else 0.0),
    13: ("the curve of sRGB", _SRGB),
    17: ("the curve of SMPTE 428", lambda x: x**2.6 * 52.37 / 48),
}
_UNSPECIFIED = 2
_PQ, _HLG = 16, 18
_WHITE, _PEAK = 203.0, 1000.0
# Gammas and chromaticities this near to those of sRGB are taken for sRGB: programs write
# 1/2.2, in few digits, for its curve.
_NEAR_GAMMA, _NEAR_XY = 0.05, 0.002


class Description(NamedTuple):
    """What the samples of an image mean as colors."""

    name: str
    profile: bytes | None
    """None for sRGB."""
    hdr: str = ""
    """Name of the HDR curve, if any; the profile compresses HDR into the range of sRGB."""


def by_codes(primaries: int, transfer: int, *, full: bool) -> Description | None:
    """Return the color description that codes give.

    Parameters
    ----------
    primaries, transfer : int
        Codes of H.273.
    full : bool
        Whether 0 and 255 are black and white, not 16 and 235.

    Returns
    -------
    Description or None
        None if a code is unspecified.

    Raises
    ------
    ValueError
        If a code is unknown.
    """
    if _UNSPECIFIED in (primaries, transfer):
        return None
    if primaries not in _PRIMARIES or transfer not in (*_CURVES, _PQ, _HLG):
        raise ValueError(f"color primaries {primaries} with transfer {transfer} are not known")
    name, chromaticities = _PRIMARIES[primaries]
    if transfer in (_PQ, _HLG):
        shown = "PQ" if transfer == _PQ else "HLG"
        light: Callable[[float], float] = _pq_shown if transfer == _PQ else _hlg_shown
        return Description(
            f"{name} with {shown}",
            rgb_profile(f"{name} {shown}", chromaticities, _sampled(light, full=full)),
            shown,
        )
    if (primaries, transfer, full) == (1, 13, True):
        return Description("sRGB", None)
    told, curve = _CURVES[transfer]
    if not (primaries == 12 and transfer == 13):
        name = f"{name} with {told}"
    if not (full and isinstance(curve, Curve)):
        curve = _sampled(curve, full=full)
    return Description(name, rgb_profile(name, chromaticities, curve))


def by_figures(gamma: float | None, chromaticities: tuple[float, ...] | None) -> Description | None:
    """Return the color description that gamma and chromaticities of a PNG give.

    Parameters
    ----------
    gamma : float, optional
        Exponent from light to samples; that of sRGB is about 0.45455.
    chromaticities : tuple of float, optional
        x and y of white, red, green and blue.

    Returns
    -------
    Description or None
        None if neither is given.

    Raises
    ------
    ValueError
        If they do not make a color space.
    """
    if not gamma and not chromaticities:
        return None
    curve, told = _SRGB, "the curve of sRGB"
    if gamma and abs(gamma * 2.2 - 1) > _NEAR_GAMMA:
        curve, told = Curve(1 / gamma), f"gamma {1 / gamma:.2f}"
    points, name = _BT709, "BT.709"
    if chromaticities:
        white, red, green, blue = zip(chromaticities[::2], chromaticities[1::2], strict=True)
        found = Primaries(red, green, blue, white)
        if any(abs(a - b) > _NEAR_XY for a, b in zip(sum(found, ()), sum(_BT709, ()), strict=True)):
            points, name = found, "primaries of its own"
    if curve is _SRGB and points is _BT709:
        return Description("sRGB", None)
    return Description(f"{name} with {told}", rgb_profile(f"{name} with {told}", points, curve))


def _sampled(curve: Callable[[float], float], *, full: bool) -> Curve:
    """Return a curve sampled at each of 256 levels."""
    low, span = (0, 255) if full else (16, 219)
    levels = (min(1.0, max(0.0, (level - low) / span)) for level in range(256))
    return Curve(samples=tuple(curve(level) for level in levels))


def _pq_light(signal: float) -> float:
    """Return the light of a PQ signal in cd/m2, by BT.2100, table 4."""
    power = signal ** (1 / (2523 / 4096 * 128))
    ratio = max(0.0, power - 3424 / 4096) / (2413 / 4096 * 32 - 2392 / 4096 * 32 * power)
    return float(10_000 * ratio ** (16_384 / 2610))


def _pq_signal(light: float) -> float:
    power = (light / 10_000) ** (2610 / 16_384)
    return float(
        ((3424 / 4096 + 2413 / 4096 * 32 * power) / (1 + 2392 / 4096 * 32 * power))
        ** (2523 / 4096 * 128)
    )


def _shown(light: float) -> float:
    """Compress light in cd/m2 to the range of an sRGB display, 0 to 1."""
    peak = _pq_signal(_PEAK)
    signal = min(1.0, _pq_signal(light) / peak)
    most = _pq_signal(_WHITE) / peak
    knee = 1.5 * most - 0.5
    if signal > knee:
        t = (signal - knee) / (1 - knee)
        signal = (
            (2 * t**3 - 3 * t**2 + 1) * knee
            + (t**3 - 2 * t**2 + t) * (1 - knee)
            + (3 * t**2 - 2 * t**3) * most
        )
    return _pq_light(signal * peak) / _WHITE


def _pq_shown(signal: float) -> float:
    return _shown(_pq_light(signal))


def _hlg_shown(signal: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = signal**2 / 3 if signal <= 0.5 else (math.exp((signal - c) / a) + b) / 12
    return _shown(_PEAK * scene**1.2)
