"""Palette files: each family of formats is read and written by one module, from and to bytes.

`formats` finds the format of a file and calls the rest. `rows` makes palettes of what readers
find, and `texts` has what files of text share. `gimp` has GIMP's .gpl, `pal` the .pal of JASC and
of Microsoft, `lists` colors in hexadecimal one a line, `css` style sheets, and `tables` JSON and
CSV.

Binary files are taken apart by `fields`: Photoshop's .act and .aco by `photoshop`, Adobe Swatch
Exchange by `swatchexchange`, Aseprite's sprites by `aseprite`. `colormodels` makes sRGB of their
HSB, CMYK, Lab and gray. `picture` has the colors of images, and writes a PNG of swatches.
"""
