"""The gallery: an HTML page of many images before and after, which loads nothing else.

Read `picture` (what is shown of an image) first, then how it is made, by `previews` and
`differences`, and how it becomes HTML, by `cards` and `page`. `links` leads to the files.
"""
