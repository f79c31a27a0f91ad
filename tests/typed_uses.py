"""Typical uses from Python, for type checkers; what they must refuse is marked as wrong.

It is not run.
"""

import io
from pathlib import Path
from typing import assert_type

import numpy as np
import numpy.typing as npt
from PIL import Image
from sklearn.cluster import MeanShift

import colorquant
from colorquant import Palette, QuantizeOptions, Result
from colorquant.clustering import KMeans

# Images of all kinds.
result = colorquant.quantize("flower.jpg", k=16)
assert_type(result, Result)
colorquant.quantize(Path("flower.jpg"), k="auto", min_psnr=34)
colorquant.quantize(b"data", k=8, effort="best", seed=3)
colorquant.quantize(io.BytesIO(), k=8)
colorquant.quantize(Image.new("RGB", (2, 2)), dither="diffusion", objective="perceptual")
colorquant.quantize(np.zeros((2, 2, 3)), k=2, pins=["red", (1, 2, 3)])
colorquant.quantize(np.zeros((2, 2), np.uint16), palette="pico-8", progress=True)
colorquant.quantize("flower.jpg", engine=MeanShift(bandwidth=0.2))
colorquant.quantize("flower.jpg", QuantizeOptions(k=8, order="hue"))

colorquant.quantize("flower.jpg", k="many")  # wrong
colorquant.quantize("flower.jpg", k=1.5)  # wrong
colorquant.quantize("flower.jpg", colors=8)  # wrong
colorquant.quantize("flower.jpg", effort="much")  # wrong
colorquant.quantize("flower.jpg", 8)  # wrong
colorquant.quantize("flower.jpg", engine="kmeans")  # wrong
colorquant.quantize("flower.jpg", engine=5)  # wrong
colorquant.quantize("flower.jpg", force=True)  # wrong
colorquant.quantize("flower.jpg", palette=["red"])  # wrong
colorquant.quantize(5)  # wrong
colorquant.quantize()  # wrong

# Results.
assert_type(result.palette, Palette)
assert_type(result.metrics.psnr, float)
assert_type(result.image, Image.Image)
assert_type(result.indexed.pixels(), npt.NDArray[np.uint8])
assert_type(result.bounded, colorquant.Bounded | None)
result.save("out.png", force=True, optimize="max")
result.save(io.BytesIO(), format="gif")

result.save("out.png", overwrite=True)  # wrong
result.save("out.png", optimize="most")  # wrong
print(result.metrics.ssim)  # wrong
result.palette = Palette.load("nes")  # wrong

# Palettes.
palette = Palette.from_hex(["#e63946"])
assert_type(palette, Palette)
assert_type(palette.hex(), list[str])
assert_type(palette.names, tuple[str, ...] | None)
for color in palette:
    assert_type(color, tuple[int, ...])
red, green, blue = palette[0]
assert_type(palette.shares, npt.NDArray[np.float64])
assert_type(Palette.load(Path("brand.gpl")), Palette)
palette.save("brand.gpl", force=True)
len(palette) + len(palette[:2])

Palette.from_hex([5])  # wrong
palette.save("brand.gpl", True)  # wrong
palette["red"]  # wrong
palette[0] = (1, 2, 3)  # wrong

# Several images, and files.
assert_type(colorquant.quantize_many(["a.png", b"data"], shared_palette=True, k=4), list[Result])
done = colorquant.quantize_file("a.png", "b.png", k=4, in_place=False, report="c.png")
assert_type(done.output_bytes, int)
assert_type(done.output, Path | None)

colorquant.quantize_many(5)  # wrong
colorquant.quantize_many(["a.png"], shared="yes")  # wrong
colorquant.quantize_file("a.png", "b.png", options=8)  # wrong

# The engine.
found = colorquant.kmeans(np.zeros((9, 2)), 3, weights=np.ones(9), seeding="random")
assert_type(found.centers, npt.NDArray[np.float64])
assert_type(found.inertia, float)
model = KMeans(n_clusters=3, effort="fast").fit(np.zeros((9, 2)))
assert_type(model, KMeans)
assert_type(model.predict([[1.0, 2.0]]), npt.NDArray[np.intp])
assert_type(model.inertia_, float)

KMeans(3, "fast")  # wrong
KMeans(clusters=3)  # wrong
colorquant.kmeans(np.zeros((9, 2)))  # wrong
