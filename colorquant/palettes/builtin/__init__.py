"""Built-in palettes: those of old machines, of e-paper, and of artists and color schemes.

`catalog` finds them by name. Each is a file in GIMP's format beside it, which tells its source and
its licence in comments.
"""
