"""Storage of bytes: places, atomic writing of files, locks and journals.

Nothing here knows about images. A place is a path, or a URL with an fsspec driver. Read `places`
(what a place is, and its errors) and `files` (how a file is written) first, then what they build
on: `urls`, `temporaries`, `locks`. `stamps` and `identity` tell whether a file has changed;
`journal` keeps lines that several processes append to.
"""
