"""Batch runs: plan the work on many images, let workers do it, record the results.

It knows nothing of the command line. Read `many_images` first, then in the order of a run
`discovery`, `plan`, `manifest` with its `records`, `one_image` (what a worker does), and
`workers` or `cluster` (where workers run). `counting` and `sharing` find a palette for all
images; `colorfile` saves counted colors. `paletting` finds or takes a palette for its own sake.
`gallery` shows all images on a page.
"""
