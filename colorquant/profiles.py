"""Color profiles: which is kept, and the conversion to sRGB by those that are not."""

import io
import warnings
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

from PIL import Image

from colorquant.errors import ColorquantWarning
from colorquant.options import QuantizeOptions

__all__ = ["ColorPlan", "plan_colors"]

# The color space in a profile's header, by the mode of the pixels it can describe. Gray
# numbers may also be described as equal R, G and B.
_SPACES = {"L": (b"GRAY", b"RGB "), "RGB": (b"RGB ",), "CMYK": (b"CMYK",), "LAB": (b"Lab ",)}


class ColorPlan(NamedTuple):
    """What happens to the colors of an image."""

    mode: str
    """Pillow's mode in which the pixels are taken."""
    profile: bytes | None
    """The profile that stays with them."""
    to_srgb: Callable[[Image.Image], Image.Image] | None
    """Makes RGB of an image of that mode; where it is None, Pillow's own conversion does."""


def plan_colors(image: Image.Image, options: QuantizeOptions) -> ColorPlan:
    """Decide by an image's profile and the options.

    Parameters
    ----------
    image : PIL.Image.Image
    options : QuantizeOptions

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
    if not profile or options.icc == "drop":
        return ColorPlan(mode, None, None)
    space = bytes(profile[16:20])
    if space not in _SPACES[mode]:
        shown = space.decode("ascii", "replace").strip()
        _warn(f"the color profile is for {shown!r}, not for the image's {mode}")
        return ColorPlan(mode, None, None)
    return _converted(profile, mode) if space != b"RGB " else _rgb_plan(profile, options)


def _rgb_plan(profile: bytes, options: QuantizeOptions) -> ColorPlan:
    converted = _converted(profile, "RGB")
    if not converted.to_srgb:
        return converted
    if options.icc == "keep" and options.metadata != "none":
        return ColorPlan("RGB", profile, None)
    return ColorPlan("RGB", None, None) if _is_srgb(converted.to_srgb) else converted


def _is_srgb(to_srgb: Callable[[Image.Image], Image.Image]) -> bool:
    """Return whether a conversion only rounds."""
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
    """Plan a conversion to sRGB, by relative colorimetry with the black points matched."""
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
        _warn(f"the color profile cannot be used: {error}")
        return ColorPlan(mode, None, None)

    def to_srgb(image: Image.Image) -> Image.Image:
        changed = ImageCms.applyTransform(image, transform)
        assert changed is not None  # noqa: S101  only in place it returns nothing
        return changed

    return ColorPlan(mode, None, to_srgb)


def _warn(message: str) -> None:
    warnings.warn(message, ColorquantWarning, stacklevel=3)
