"""Decisions on color profiles: which are kept, and which are used to convert to sRGB."""

import io
import struct
from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorquant.reading import ReadingOptions
from colorquant.recording import warn

if TYPE_CHECKING:
    from colorquant.images.profiles.cicp import Description

__all__ = ["CODES", "ColorPlan", "in_srgb", "plan_colors"]

CODES = "colorquant codes"
"""Key, in Pillow's info on an image, of color primaries, transfer function and full range, the
arguments of `colorquant.images.profiles.cicp.by_codes`."""


# The color spaces, as in a profile's header, that fit each mode of pixels. Gray may also be
# described as equal R, G and B.
_SPACES = {"L": (b"GRAY", b"RGB "), "RGB": (b"RGB ",), "CMYK": (b"CMYK",), "LAB": (b"Lab ",)}


# The tags that define an RGB profile, a matrix and curves or a table, and the types that each may
# have: ICC.1:2022, section 8.3.
_COLORANTS = {b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"}
_TABLE = {b"A2B0"}
_TYPES = {
    **dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ"), (b"XYZ ",)),
    **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), (b"curv", b"para")),
    b"A2B0": (b"mft1", b"mft2", b"mAB "),
}
# Of devices and color spaces, in versions and with numbers of tags that the library takes.
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")
_VERSION, _TAGS = 4, 100


class ColorPlan(NamedTuple):
    """What happens to the colors of an image."""

    mode: str
    """Pillow's mode that `to_srgb` expects."""
    profile: bytes | None
    """The profile that stays with the pixels."""
    to_srgb: Callable[[Image.Image], Image.Image] | None
    """Converts an image of that mode to sRGB. If None, Pillow's own conversion is used."""
    note: str = ""
    """What was done, for verbose output."""


def plan_colors(image: Image.Image, options: ReadingOptions) -> ColorPlan:
    """Decide what happens to an image's colors, by its profile and the options.

    Parameters
    ----------
    image : PIL.Image.Image
    options : ReadingOptions

    Returns
    -------
    ColorPlan

    Warns
    -----
    ColorquantWarning
        If the profile cannot be used.
    """
    profile = image.info.get("icc_profile")
    mode = _described_mode(image.mode)
    if mode == "LAB":
        return _converted(profile, mode)
    described = _description(image) if mode in ("L", "RGB") else None
    if options.icc == "drop":
        said = described.profile if described else profile
        return ColorPlan(mode, None, None, "color profile dropped" if said else "")
    if described:
        return _described_plan(described, mode, options)
    if not profile:
        return ColorPlan(mode, None, None)
    space = bytes(profile[16:20])
    if space not in _SPACES[mode]:
        shown = space.decode("ascii", "replace").strip()
        warn(f"the color profile is for {shown!r}, not for the image's {mode}")
        return ColorPlan(mode, None, None)
    plan = _converted(profile, mode) if space != b"RGB " else _rgb_plan(profile, options)
    return _noted(plan, "color profile")


def in_srgb(pixels: NDArray[np.uint8], profile: bytes) -> NDArray[np.uint8]:
    """Convert pixels to sRGB, as reading with ``icc="srgb"`` does.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
    profile : bytes
        The RGB profile that was kept with them.

    Returns
    -------
    ndarray, of the same shape, uint8
        The pixels themselves if they are in sRGB, or if the profile cannot be used.
    """
    to_srgb = _rgb_plan(profile, ReadingOptions(icc="srgb")).to_srgb
    if to_srgb is None:
        return pixels
    found = pixels.copy()
    found[..., :3] = np.asarray(to_srgb(Image.fromarray(np.ascontiguousarray(pixels[..., :3]))))
    return found


def _description(image: Image.Image) -> "Description | None":
    """Return a color description other than a profile, if it takes precedence.

    In PNG, codes take precedence over a profile, and a profile over sRGB, gamma and
    chromaticities: third edition, section 4.3. In AVIF a profile takes precedence over codes.
    """
    info = image.info
    profile = info.get("icc_profile")
    if not {CODES, "gamma", "chromaticity"} & set(info):
        return None
    from colorquant.images.profiles.cicp import by_codes, by_figures  # Seldom needed.

    try:
        if CODES in info and not (profile and image.format == "AVIF"):
            primaries, transfer, full = info[CODES]
            found = by_codes(primaries, transfer, full=full)
            if found:
                return found
        if profile or "srgb" in info:
            return None
        return by_figures(info.get("gamma"), info.get("chromaticity"))
    except ValueError as error:
        warn(f"what it says of its colors cannot be used: {error}")
        return None


def _described_plan(described: "Description", mode: str, options: ReadingOptions) -> ColorPlan:
    if described.profile is None:
        return ColorPlan(mode, None, None)
    if described.hdr:
        warn(
            f"it is HDR, whose light by {described.hdr} is brought into the range of sRGB: "
            "white at 203 cd/m2, highlights up to 1,000 cd/m2 compressed (ITU-R BT.2390)"
        )
        plan = _converted(described.profile, "RGB")
    else:
        plan = _rgb_plan(described.profile, options)
    return _noted(plan, described.name)


def _noted(plan: ColorPlan, name: str) -> ColorPlan:
    if plan.profile:
        return plan._replace(note=f"colors: {name}, kept")
    return plan._replace(note=f"colors: {name}, converted to sRGB") if plan.to_srgb else plan


def _rgb_plan(profile: bytes, options: ReadingOptions) -> ColorPlan:
    kept = options.icc == "keep" and options.metadata != "none"
    if kept and _looks_whole(profile):
        return ColorPlan("RGB", profile, None)
    converted = _converted(profile, "RGB")
    if not converted.to_srgb:
        return converted
    if kept:
        return ColorPlan("RGB", profile, None)
    return ColorPlan("RGB", None, None) if _is_srgb(converted.to_srgb) else converted


def _looks_whole(profile: bytes) -> bool:
    """Tell whether an RGB profile has its header and its tags (ICC.1:2022, sections 7.2 and 7.3).

    Of what defines colors only the type is looked at: to read a profile takes longer than to read a
    small image. One that does not look whole may still be usable.
    """
    said = profile[36:40], profile[16:20], profile[20:24]
    if said not in ((b"acsp", b"RGB ", space) for space in (b"XYZ ", b"Lab ")):
        return False
    if profile[12:16] not in _CLASSES or profile[8] > _VERSION or len(profile) < 132:
        return False
    size, tags = int.from_bytes(profile[:4]), int.from_bytes(profile[128:132])
    if size > len(profile) or tags > _TAGS or 132 + 12 * tags > size:
        return False
    found = set()
    for name, start, length in struct.iter_unpack(">4sII", profile[132 : 132 + 12 * tags]):
        if start < 132 + 12 * tags or start + length > size or length < 12 * (name in _TYPES):
            return False
        if name in _TYPES and profile[start : start + 4] not in _TYPES[name]:
            return False
        found.add(name)
    return found >= _COLORANTS or found >= _TABLE


def _is_srgb(to_srgb: Callable[[Image.Image], Image.Image]) -> bool:
    """Return whether a conversion changes samples by no more than rounding."""
    levels = range(0, 256, 15)
    samples = bytes(level for color in product(levels, repeat=3) for level in color)
    before = Image.frombytes("RGB", (len(levels), len(levels) ** 2), samples)
    after = to_srgb(before).tobytes()
    return max(abs(a - b) for a, b in zip(samples, after, strict=True)) <= 1


def _described_mode(mode: str) -> str:
    if mode in ("CMYK", "LAB"):
        return mode
    gray = mode in ("1", "L", "LA", "La", "I") or mode.startswith("I;16")
    return "L" if gray else "RGB"


def _converted(profile: bytes | None, mode: str) -> ColorPlan:
    """Plan a conversion to sRGB: relative colorimetric, with black point compensation."""
    try:
        from PIL import ImageCms  # Seldom needed.

        source = (
            ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if profile
            else ImageCms.createProfile("LAB")
        )
        transform = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImportError, OSError, ValueError, TypeError, ImageCms.PyCMSError) as error:
        if mode == "LAB":
            raise ValueError(f"mode LAB cannot be converted: {error}") from error
        warn(f"the color profile cannot be used: {error}")
        return ColorPlan(mode, None, None)

    def to_srgb(image: Image.Image) -> Image.Image:
        changed = ImageCms.applyTransform(image, transform)
        assert changed is not None  # noqa: S101  it is None only for a change in place
        return changed

    return ColorPlan(mode, None, to_srgb)
