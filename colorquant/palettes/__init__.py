"""Palettes: found, given, read and written. It knows nothing of pixels or image files.

`find` goes from a color table to a palette; `files` are palettes as files.
"""
