"""What the numbers of an image mean: color profiles, kept, converted or written.

Read `plan` (what happens to the colors of an image), then `cicp` (what is said of colors by
codes and figures) and `icc`, which writes a profile of them.
"""
