"""Many images: what is to be done, done by workers, and recorded.

Read `many_images` first, then in the order of a run `discovery`, `plan`, `manifest` with its
`records`, `one_image` (what a worker does), and `workers` or `cluster` (who does it). A palette
for all comes from `counting` and `sharing`; `colorfile` takes counted colors elsewhere.
"""
