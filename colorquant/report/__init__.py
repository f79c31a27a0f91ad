"""Reports as pictures, made from data and returned as bytes. Only this folder uses matplotlib.

`figure` draws a run: both images, their colors, the search, the palette.
"""
