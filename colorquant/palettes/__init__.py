"""Palettes: search, use of a given one, reading and writing; independent of pixels and images.

`find` makes a palette from a color table; `order` sorts its colors; `files` reads and writes
palette files.
"""
