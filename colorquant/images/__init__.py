"""Image files, and the only folder that knows Pillow. It knows no palettes and no search.

Read `source` first (a file, opened, and its frames), then `reading` (how each format is
decoded), `profiles` (what becomes of color profiles), `fitting` (what a format cannot hold) and
`writing` (how each format is encoded). `memory` estimates what an image will take.
"""
