"""Reports as pictures, made from data and returned as bytes. Only this folder uses matplotlib.

It knows nothing of files and of the search. `figure` draws a run: both images, their colors, the
search, the palette. `comparison` draws images beside their reference; `page` is what both stand on.
"""
