"""Bytes in and out: places, and files that are written whole or not at all.

It knows nothing of images. A place is a path, or a URL of a driver that fsspec knows. Read
first `places` (what a place is, and its errors) and `files` (how a file takes its name), then
what these stand on: `urls`, `temporaries`, `locks`. `stamps` and `identity` tell whether a file
is still the same; `journal` keeps lines that several processes add to.
"""
