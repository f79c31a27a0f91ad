"""Palettes: search, use of a given one, reading and writing; independent of pixels and images.

`find` makes a palette from a color table, with `centers` that it searches for; `order` sorts its
colors; `described` tells of them; `files` reads and writes palette files. For the eye, `mixing`
moves entries to where mixtures of two show colors best, `flats` gives large flat areas their exact
colors, and `solving` fits a palette to what is seen of an image; `spacing` tells how far colors are
apart.
"""
