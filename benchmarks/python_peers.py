"""Run a quantizer of a Python package: NAME SOURCE K TARGET. Imports are part of the cost."""

import sys

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def pillow(name, image, k):
    """Quantize with one of Pillow's methods."""
    methods = {"median": "MEDIANCUT", "max": "MAXCOVERAGE", "octree": "FASTOCTREE"}
    method = Image.Quantize[methods[name.split()[1].rstrip(",")]]
    refinements = 1 if name.endswith("kmeans 1") else 0
    return image.quantize(k, method, kmeans=refinements, dither=Image.Dither.NONE)


def imagequant(_name, image, k):
    """Quantize with the bindings of libimagequant."""
    from imagequant import quantize_pil_image

    return quantize_pil_image(image, dithering_level=0.0, max_colors=k)


def clustered(name, image, k):
    """Quantize with a clustering of all pixels, as textbooks do."""
    pixels = np.asarray(image).reshape(-1, 3) / 255
    if name == "bkmeans":
        from bkmeans import BKMeans

        model = BKMeans(n_clusters=k, random_state=0)
    elif name.endswith("MiniBatchKMeans"):
        from sklearn.cluster import MiniBatchKMeans

        model = MiniBatchKMeans(k, n_init=1, random_state=0)
    else:
        from sklearn.cluster import KMeans

        model = KMeans(k, n_init=1, random_state=0)
    labels = model.fit_predict(pixels)
    palette = np.rint(model.cluster_centers_ * 255).astype(np.uint8)
    result = Image.fromarray(labels.astype(np.uint8).reshape(image.height, image.width))
    result.putpalette(palette.tobytes())
    return result


def main():
    """Read, quantize, write."""
    name, source, k, target = sys.argv[1:]
    with Image.open(source) as opened:
        image = opened.convert("RGB")
    quantize = {"Pillow": pillow, "imagequant": imagequant}.get(name.split()[0], clustered)
    quantize(name, image, int(k)).save(target)


if __name__ == "__main__":
    main()
