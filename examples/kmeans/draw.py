"""Draw all pictures of the k-means story into docs/kmeans, or into another folder."""

import sys
from pathlib import Path

import batches
import blobs
import choosing
import colors
import digits
import moons
import starts
from drawing import FOLDER, save

SECTIONS = (blobs, starts, choosing, moons, batches, digits, colors)


def draw_all(folder=FOLDER):
    """Draw each picture, and return the paths."""
    pictures = {name: draw for section in SECTIONS for name, draw in section.PICTURES.items()}
    return [save(draw(), name, folder) for name, draw in pictures.items()]


if __name__ == "__main__":
    for path in draw_all(*map(Path, sys.argv[1:])):
        print(path, path.stat().st_size)
