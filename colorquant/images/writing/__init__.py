"""How indexed images become files: what each format can hold, and its bytes.

Read `formats` and `encode`, then `frames` (an animation as what changes) and the formats that
are written here, not by Pillow: `png`, `gif`, `tiff`.
"""
