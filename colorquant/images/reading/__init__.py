"""How files become rasters: what a file holds, told by its bytes, and its pictures.

Read `pictures` first, which knows the way of each format, then `decode` (a Pillow image of any
mode as a raster) and `wide` (more than 8 bits a sample). `png`, `gif`, `tiff`, `bmp` and
`isobmff` read what Pillow drops or gets wrong; `canvas` composes frames; `metadata` keeps what
stands beside pixels; `signatures` and `limits` refuse what is not read.
"""
