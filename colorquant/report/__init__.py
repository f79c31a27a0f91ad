"""Reports as pictures, made from data and returned as bytes. Only this folder uses matplotlib.

It knows nothing of files and of the search. `figure` draws a run: both images, their colors, the
search, the palette, and with `trials` how bounds were met and what was lost. `comparison` draws
images beside their reference, and `curve` error and size by the number of colors; `page` is what
all stand on.
"""
