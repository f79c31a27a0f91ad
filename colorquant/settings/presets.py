"""Presets: settings that belong together, by a name."""

from collections.abc import Mapping
from typing import Any

from colorquant.errors import InvalidInputError

__all__ = ["PRESETS", "preset_named"]

PRESETS: dict[str, dict[str, Any]] = {
    "photo": {"colors": 256, "dither": "diffusion"},
    "graphic": {"quality": "60-90", "dither": "none"},
    "pixel-art": {"colors": 64, "alpha": "threshold", "order": "similar"},
    "eink": {
        "palette": "spectra-6",
        "dither": "diffusion",
        "background": "white",
        "metadata": "none",
    },
    "web": {
        "quality": "65-85",
        "dither": "diffusion",
        "icc": "srgb",
        "metadata": "none",
        "skip-if-larger": True,
    },
}
"""The presets that come with the command; names and values are those of a file of settings."""


def preset_named(name: str, own: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what a preset sets: one of the user's own, or else one of `PRESETS`.

    Raises
    ------
    InvalidInputError
        If there is none of that name.
    """
    known = {**PRESETS, **own}
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise InvalidInputError(f"there is no preset {name!r}; {hint}")
    return known[name]
