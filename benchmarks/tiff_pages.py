"""The pages of a TIFF by tifffile, and what other decoders' pixels are made of, too."""

from pathlib import Path
from typing import Any

import numpy as np

# How EXIF's orientations 2 to 8 are undone: transpose, reverse rows, reverse columns.
TURNS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


class NotTrustedError(Exception):
    """A decoder's pixels of this file prove nothing."""


def tiff_pages(path: Path) -> tuple[list[np.ndarray], int]:
    """Return the pages, and the levels by which a sample may be off."""
    import tifffile

    frames, seen, slack = [], set(), 0
    with tifffile.TiffFile(path) as file:
        place = file.pages.first.offset
        while place and place not in seen:
            seen.add(place)
            file.filehandle.seek(place)
            page = tifffile.TiffPage(file, index=len(seen) - 1)
            place = following(file, page)
            if not page.subfiletype & 5:
                frames.append(tiff_page(page))
                slack = max(slack, 2 if page.compression.name == "JPEG" else 0)
    return frames, slack


def following(file: Any, page: Any) -> int:
    """Return the place of the directory behind this one, without going in circles."""
    form = file.tiff
    file.filehandle.seek(page.offset)
    count = int.from_bytes(file.filehandle.read(form.tagnosize), order(form))
    file.filehandle.seek(page.offset + form.tagnosize + count * form.tagsize)
    return int.from_bytes(file.filehandle.read(form.offsetsize), order(form))


def order(form: Any) -> Any:
    return "little" if form.byteorder == "<" else "big"


def tiff_page(page: Any) -> np.ndarray:
    bits, count, kind = page.bitspersample, page.samplesperpixel, page.photometric.name
    method = page.compression.name
    # Its own fax decoder ends early on good files.
    if "CCITT" in method or method == "OJPEG" or page.sampleformat != 1 or bits > 16:
        raise NotTrustedError(method)
    samples = page.asarray()
    if page.planarconfig == 2 and count > 1:
        samples = np.moveaxis(samples, 0, -1)
    samples = samples.reshape(page.imagelength, page.imagewidth, count).astype(np.uint32)
    colors = {"MINISWHITE": 1, "MINISBLACK": 1, "RGB": 3, "PALETTE": 1, "SEPARATED": 4}
    if kind == "YCBCR" and method == "JPEG":
        kind = "RGB"
    maximum = (1 << bits) - 1
    if kind == "MINISWHITE":
        samples[:, :, 0] = maximum - samples[:, :, 0]
    extra = [int(each) for each in page.extrasamples]
    # Programs that leave the field out mean alpha.
    extra = extra or ([2] if (kind, count) == ("RGB", 4) else [])
    alpha = bool(extra) and extra[0] in (1, 2) and kind not in ("PALETTE", "SEPARATED")
    if kind == "PALETTE":
        levels = page.colormap.T
        colors_of = (levels >> 8 if levels.max() > 255 else levels).astype(np.uint8)
        pixels = rgba(colors_of[samples[:, :, 0]], 255)
    else:
        samples = samples[:, :, : colors[kind] + alpha]
        if alpha and extra[0] == 1:
            samples[:, :, :-1] = divided(samples[:, :, :-1], samples[:, :, -1:], maximum)
        pixels = rgba(samples, maximum, cmyk=kind == "SEPARATED")
    tag = page.tags.get("Orientation")
    return upright(pixels, int(tag.value) if tag else 1)


def divided(samples: np.ndarray, alpha: np.ndarray, maximum: int) -> np.ndarray:
    """Undo a multiplication by alpha, to the nearest level."""
    whole = (samples.astype(np.uint64) * 2 * maximum + alpha) // np.maximum(2 * alpha, 1)
    return np.where(alpha > 0, np.minimum(whole, maximum), 0)


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    transposed, rows, columns = TURNS.get(orientation, (False, False, False))
    pixels = pixels.swapaxes(0, 1) if transposed else pixels
    return np.ascontiguousarray(pixels[:: -1 if rows else 1, :: -1 if columns else 1])


def to_8_bits(samples: np.ndarray, maximum: int) -> np.ndarray:
    whole = samples.astype(np.uint64) * np.uint64(255) + np.uint64(maximum // 2)
    return (whole // np.uint64(maximum)).astype(np.uint8)


def rgba(samples: np.ndarray, maximum: int, *, cmyk: bool = False) -> np.ndarray:
    """Return gray or colors, (H, W, 1 to 4), as R, G, B and alpha."""
    samples = to_8_bits(samples, maximum) if maximum != 255 else samples.astype(np.uint8)
    opaque = np.full(samples.shape[:2], 255, np.uint8)
    if cmyk:
        ink, black = samples[:, :, :3].astype(float), samples[:, :, 3:4].astype(float)
        return np.dstack([np.rint((255 - ink) * (255 - black) / 255).astype(np.uint8), opaque])
    count = samples.shape[2]
    alpha = samples[:, :, -1] if count in (2, 4) else opaque
    colors = np.broadcast_to(samples[:, :, : 1 if count < 3 else 3], (*opaque.shape, 3))
    return np.dstack([colors, alpha])
