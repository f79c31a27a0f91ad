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
PICTURES = {name: draw for section in SECTIONS for name, draw in section.PICTURES.items()}
# A photograph needs more colors than dots and lines.
MANY = {"flower": 112}


def picture(name):
    """Return a picture by the name that it has in docs/kmeans."""
    return PICTURES[name]()


def draw_all(folder=FOLDER):
    """Draw each picture, and return the paths."""
    return [save(picture(name), name, folder, MANY.get(name, 64)) for name in PICTURES]


if __name__ == "__main__":
    for path in draw_all(*map(Path, sys.argv[1:])):
        print(path, path.stat().st_size)
