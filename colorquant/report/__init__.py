"""Reports as pictures, made from data and returned as bytes. Only this folder uses matplotlib.

It knows nothing of files and of the search. `figure` draws a run: both images and where they differ
(`overview`), their colors (`planes`), the search (`course`), the palette (`swatches`), how bounds
were met (`trials`), and what was lost (`lost`). `comparison` draws images beside their reference,
and `curve` error and size by the number of colors; `page` is what all stand on. `notebook` is what
notebooks show.
"""
