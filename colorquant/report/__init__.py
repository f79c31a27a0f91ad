"""Pictures for people: data in, bytes out. The only folder that knows matplotlib.

`figure` draws a run: both images, their colors, the search, the palette.
"""
