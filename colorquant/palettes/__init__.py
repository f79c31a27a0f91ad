"""Palettes: search, use of a given one, reading and writing; independent of pixels and images.

`find` makes a palette from a color table, with `centers` that it searches for; `depth` finds one of
colors that few bits can hold; `given` makes a given one ready for an image. `order` sorts colors,
also along `paths`, and `described` tells of them; the folder `files` has the formats of files. For
the eye, `mixing` moves entries to where mixtures of two show colors best, `flats` gives large flat
areas their exact colors, and `solving` fits a palette to what is seen of an image; `spacing` tells
how far colors are apart. `curve` estimates the error by the number of colors.
"""
