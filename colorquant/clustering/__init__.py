"""Weighted k-means on points of any dimension, independent of colors and images.

Read `kmeans` first, the public function, then `engines` (the ways to run one start), and their
parts in the order of a run: `efforts` (how long), `seeding`, `minibatch`, `breathing`, `em` (full
passes) and `nearest` (the E-step). `points` lays out what they work on, `rounded` for comparison,
along a `curve`.
"""
