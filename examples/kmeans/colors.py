"""The colors of a photograph: points whose centers are a palette."""

from pathlib import Path

import numpy as np
from drawing import panels
from PIL import Image

from colorquant import kmeans

FLOWER = Path(__file__).parents[2] / "sample_images" / "flower.jpg"
K = 16


def load(path=FLOWER):
    """Return the pixels of an image, (H, W, 3)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def counted(pixels):
    """Return the distinct colors of an image, and how many pixels have each."""
    return np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)


def recolored(pixels, found):
    """Return the image with its nearest center in place of each distinct color."""
    _, which = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    palette = np.rint(found.centers).astype(np.uint8)
    return palette[found.labels[which.ravel()]].reshape(pixels.shape)


def numbers():
    """Return what the page says of this section."""
    pixels = load()
    points = pixels.reshape(-1, 3)
    colors, counts = counted(pixels)
    plain = kmeans(points, K, engine="lloyd"), kmeans(colors, K, weights=counts, engine="lloyd")
    return {
        "pixels": len(points),
        "distinct": len(colors),
        "share": len(colors) / len(points),
        "k": K,
        "passes": len(plain[0].history),
        "passes_by_colors": len(plain[1].history),
        "centers": [found.centers for found in plain],
        "error_by_pixels": kmeans(points, K).inertia / len(points),
        "error_by_colors": kmeans(colors, K, weights=counts).inertia / len(points),
    }


def draw_flower(k=K):
    """Draw the image before and after."""
    figure, (before, after) = panels(1, 2, 3.6)
    pixels = load()
    colors, counts = counted(pixels)
    after_pixels = recolored(pixels, kmeans(colors, k, weights=counts))
    for axes, picture, title in (
        (before, pixels, f"Before: {len(colors):,} colors"),
        (after, after_pixels, f"After: {k} colors"),
    ):
        axes.imshow(picture)
        axes.set_title(title, fontsize=11)
        axes.axis("off")
    return figure


def draw_colors():
    """Draw some of the pixels as points, in their own colors and in those of the palette."""
    figure, axes = panels(2, 2, 8)
    pixels = load()
    colors, counts = counted(pixels)
    found = kmeans(colors, K, weights=counts)
    few = np.random.default_rng(0).choice(pixels.size // 3, 6000, replace=False)
    own = pixels.reshape(-1, 3)[few] / 255
    new = recolored(pixels, found).reshape(-1, 3)[few] / 255
    for row, shades, title in ((0, own, "before"), (1, new, "after")):
        for column, (other, name) in enumerate(((1, "green"), (2, "blue"))):
            each = axes[2 * row + column]
            each.scatter(255 * own[:, 0], 255 * own[:, other], s=7, c=shades, linewidths=0)
            each.set(xlim=(-7, 262), ylim=(-7, 262), xlabel="red", ylabel=name, facecolor="#e8e8e8")
            each.set_title(f"{title}: red and {name} of 6,000 pixels", fontsize=11)
            if row:
                each.scatter(
                    *(found.centers[:, 0], found.centers[:, other]),
                    s=90,
                    marker="X",
                    c="white",
                    edgecolors="black",
                    linewidths=1.2,
                )
    return figure


PICTURES = {"flower": draw_flower, "colors": draw_colors}

if __name__ == "__main__":
    print(numbers())
