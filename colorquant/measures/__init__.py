"""Measures of the difference between images, independent of files and of the search.

`error` measures squared errors.
"""
