"""Measures of the difference between images, independent of files and of the search.

`error` measures squared errors of color tables. `images` compares two images as the eye does, by
`ssim`, `scielab` and CIEDE2000, with `blur` for what runs together. `judging` takes the same
measures of many results of one image. `quality` is the scale of pngquant, and `lost` finds colors
that are visibly gone.
"""
