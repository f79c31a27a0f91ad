"""From colors and a palette to the index of every pixel. It knows nothing of files.

`remap` gives every pixel the palette entry nearest to its color.
"""
