"""How far one image is from another, on arrays alone: no files, no search.

`error` measures squared errors.
"""
