"""Palette files: each family of formats is read and written by one module, from and to bytes.

`formats` finds the format of a file and calls the rest. `rows` makes palettes of what readers
find. `gimp` has GIMP's .gpl, and `tables` has JSON.
"""
