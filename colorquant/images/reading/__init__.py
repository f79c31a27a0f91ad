"""Reading of image files: format recognition, examination and decoding to rasters.

It knows nothing of how results are written. Read `pictures` first, which handles each format,
then `decode` (a Pillow image of any mode as a raster), `arrays` (NumPy's), and `wide` (samples of
more than 8 bits). `png`, `gif`, `tiff`, `bmp` and `isobmff` read what Pillow drops or gets wrong;
`canvas` composes frames; `metadata` reads EXIF and the like; `signatures` and `limits` refuse
unsupported files.
"""
