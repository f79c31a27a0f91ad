"""Reading and writing of image files, independent of the search. Only this folder uses Pillow.

Read `source` first (an opened file and its frames), then `reading` (how each format is decoded),
`profiles` (how color profiles are handled), `fitting` (what a format cannot hold) and `writing`
(how each format is encoded). `inputs` takes images in memory, too, and `pillow` gives Pillow's.
`memory` estimates the memory that an image needs.
"""
