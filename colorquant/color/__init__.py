"""Tables of distinct colors, and the spaces in which colors are compared.

This folder is independent of files and of clustering. Read `packing` (a color as one number),
`counting` (the pixels of each color), `table` (the distinct colors of an image), `gathering` (those
of many images), `space` (points whose squared distances are errors), `perceptual` (the space of
visible differences), `tints` (the same for given palettes), `light` (that of linear light), `inks`
(that in which errors between inks are diffused) and `points` (a table's colors in a space).
`importance` tells where in an
image errors show; `alpha` changes the alpha of pixels, and `blocks` averages squares of them; `lab`
and `difference` tell how different colors look; `oklch`, `names` and `contrast` describe them to
people.
"""
