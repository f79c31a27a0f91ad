"""Indexed images as Pillow's."""

from PIL import Image

from colorquant.models import IndexedImage

__all__ = ["PillowImage", "as_pillow"]

PillowImage = Image.Image

_MOST = 256


def as_pillow(image: IndexedImage) -> Image.Image:
    """Return an indexed image as Pillow's.

    Returns
    -------
    PIL.Image.Image
        Of mode P; with more than 256 colors RGB, or RGBA with alpha. Where a single color is
        transparent, and fully, its index stands for transparency, as Pillow's encoders of PNG,
        GIF and WebP take it.
    """
    palette = image.palette
    if len(palette) > _MOST:
        return Image.fromarray(image.pixels())
    shown = Image.fromarray(image.indices.copy())
    shown.putpalette(palette.colors[:, :3].tobytes())
    if palette.has_alpha:
        alpha = palette.colors[:, 3]
        clear = (alpha < 255).nonzero()[0]
        if len(clear):
            single = len(clear) == 1 and alpha[clear[0]] == 0
            shown.info["transparency"] = int(clear[0]) if single else alpha.tobytes()
    return shown
