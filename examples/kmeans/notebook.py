"""Make examples/kmeans.ipynb of docs/kmeans.md: its text, its Python, its pictures drawn live."""

import json
import re
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "kmeans.md"
NOTEBOOK = ROOT / "examples" / "kmeans.ipynb"

# A block of Python, or a picture.
SPECIAL = re.compile(
    r"^```python\n(.*?)^```\n|^!\[.*?\]\(kmeans/(\w+)\.png\)\n", re.MULTILINE | re.DOTALL
)

FIRST = """\
%matplotlib inline
import os
import sys

sys.path.append("kmeans")  # the scripts that draw, beside this notebook
import draw
from sliders import interact

# How many random starts the second section tries. Fewer take less time.
draw.starts.TRIED = int(os.environ.get("KMEANS_STARTS", "100"))
"""
# What follows a picture.
SLIDERS = {
    "steps": "interact(draw.blobs.draw_run, k=(1, 8, 4), step=(0, 15, 0))",
    "flower": "interact(draw.colors.draw_flower, k=(2, 64, 16))",
}
# Holds only for the files of the page.
LEFT_OUT = "To keep this file small, the left side is shown in fewer colors than it has.\n"
INVITATION = "Move the sliders (with ipywidgets installed):"


def cell(kind, source, number):
    """Return a cell without outputs."""
    made = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made | {"source": source.strip("\n").splitlines(keepends=True)}


def relinked(text):
    """Let links lead from where the notebook is."""
    return re.sub(r"\]\(([\w-]+\.md)", r"](../docs/\1", text).replace("](../examples/", "](")


def parts(page):
    """Yield the kind and the source of each cell."""
    texts, codes, pictures = (SPECIAL.split(page)[at::3] for at in range(3))
    for text, code, picture in zip_longest(texts, codes, pictures):
        if text.strip():
            yield "markdown", relinked(text)
        if code:
            yield "code", code.replace('"flower.jpg"', "draw.colors.FLOWER")
        if picture:
            yield "code", f'draw.picture("{picture}")'
        if picture in SLIDERS:
            yield "markdown", INVITATION
            yield "code", SLIDERS[picture]


def notebook(page):
    """Return the notebook of a page, as text."""
    head, rest = page.replace(LEFT_OUT, "").split("\n", 1)
    sources = [("markdown", head), ("code", FIRST), *parts(rest)]
    cells = [cell(kind, source, number) for number, (kind, source) in enumerate(sources)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(notebook(PAGE.read_text()))
