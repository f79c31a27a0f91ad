"""Mapping of pixels to palette entries, independent of files.

`nearest` finds the palette entry of each color; `remap` looks it up for every pixel.
"""
