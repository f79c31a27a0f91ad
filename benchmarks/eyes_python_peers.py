"""Run a quantizer of a Python package: NAME SOURCE K TARGET, NAME ending in "dithered" or not."""

import sys

from PIL import Image


def imagequant(image, k, *, dithered):
    """Quantize with the bindings of libimagequant."""
    from imagequant import quantize_pil_image

    level = 1.0 if dithered else 0.0
    return quantize_pil_image(image.convert("RGBA"), dithering_level=level, max_colors=k)


def pillow(image, k, *, dithered):
    """Quantize with median cut and k-means; Pillow dithers only with a palette that is given."""
    image = image.convert("RGB")
    found = image.quantize(k, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    if not dithered:
        return found
    return image.quantize(palette=found, dither=Image.Dither.FLOYDSTEINBERG)


def main():
    """Read, quantize, write."""
    name, source, k, target = sys.argv[1:]
    quantize = {"imagequant": imagequant, "Pillow": pillow}[name.split()[0]]
    with Image.open(source) as image:
        quantize(image, int(k), dithered=name.endswith("dithered")).save(target)


if __name__ == "__main__":
    main()
