"""Mapping of pixels to palette entries, independent of files.

`nearest` finds the palette entry of each color, and `remap` looks it up for every pixel. For the
eye, `mixtures` finds the two entries that mix to a color, `threshold` chooses between them by
the `masks`, and `diffusion` spreads errors. `tidy` then chooses each pixel again, by `terms`, and
`inks` does where entries are far apart. The last three work on a `scene`, an image as points, with
a `lookup` for the nearest entries; none touches its `still` pixels.
"""
