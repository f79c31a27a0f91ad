"""What the options and a given palette decide: the space of comparison, and how colors mix."""

from colorquant.color.light import LIGHT
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import SRGB, OpaqueSpace
from colorquant.color.tints import TINTS
from colorquant.errors import InvalidInputError
from colorquant.exclusions import check_search
from colorquant.look import LookOptions
from colorquant.mapping.mixtures import GRAIN
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.palettes.spacing import is_coarse

__all__ = ["for_palette", "grain_for", "space_for", "space_to_choose"]

# How much of a mixture's variance counts where a tidy pass follows.
_GRAIN_TIDIED = 0.3
# The strength of error diffusion in linear light. There is grain anyway; what counts is the mean.
_STRENGTH_LIGHT = 1.0


def for_palette(options: QuantizeOptions, given: Palette | None) -> QuantizeOptions:
    """Return the options for a given palette: its number of colors, and how to mix them.

    Without one, the options stay as they are.

    Raises
    ------
    InvalidInputError
        If there are options that only a search can follow, or that need a given palette.
    """
    entries = options.entries
    if given is None:
        if entries.drop_unused:
            raise InvalidInputError("drop_unused is for palette", "drop_unused", "palette")
        return options
    check_search(entries)
    if options.search.clusterer:
        raise InvalidInputError(
            "palette and a clusterer exclude each other: a given palette is not searched for",
            *("palette", "engine"),
        )
    options = options.changed(k=len(given), per_frame_palette=False)
    look = options.look
    if look.dithering == "diffusion" and look.dither_strength is None and _mixes_light(look, given):
        return options.changed(dither_strength=_STRENGTH_LIGHT)
    return options


def _mixes_light(look: LookOptions, given: Palette) -> bool:
    return look.is_perceptual and look.dithering != "none" and is_coarse(given.colors)


def space_for(look: LookOptions, given: Palette | None) -> OpaqueSpace:
    """Return the space in which colors are compared."""
    if given is not None and _mixes_light(look, given):
        return LIGHT
    return PERCEPTUAL if look.is_perceptual else SRGB


def space_to_choose(look: LookOptions, given: Palette | None) -> OpaqueSpace:
    """Return the space in which the entry of a given palette nearest to a color is chosen."""
    if given is not None and look.is_perceptual and look.dithering == "none":
        return TINTS
    return space_for(look, given)


def grain_for(options: QuantizeOptions, *, moving: bool) -> float | None:
    """Return how much of a mixture's variance counts in the palette."""
    look, effort = options.look, options.search.effort
    if not look.is_perceptual or look.dithering == "none":
        return None
    tidied = look.dithering == "diffusion" and effort != "fast" and not moving
    return _GRAIN_TIDIED if tidied else GRAIN
