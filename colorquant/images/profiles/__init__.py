"""Color profiles of images: kept, converted to sRGB, or written.

It knows nothing of files: a profile is bytes. Read `plan` first (what happens to the colors of an
image), then `cicp` (colors described by codes or figures) and `icc`, which writes a profile for
such a description.
"""
