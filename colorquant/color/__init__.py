"""Colors as numbers: tables of distinct colors, and the spaces in which they are compared.

It knows nothing of files or of clustering. Read `packing` (a color as one number), `table` (the
distinct colors of an image), `gathering` (those of many images) and `space` (points whose
distances are errors).
"""
