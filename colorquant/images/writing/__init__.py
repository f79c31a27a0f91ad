"""Writing of indexed images: what each format can hold, and how it is encoded.

It knows nothing of how sources are read. Read `formats` and `encode`, then `frames` (the changes
between the frames of an animation) and the formats that are written here instead of by Pillow:
`png`, `gif`, `tiff`. `optimize` deflates PNGs again. `previews` are pictures for
a browser.
"""
