"""Weighted k-means on points of any dimension. It knows nothing of colors or images.

Read `kmeans` first, the one function for others, then `engines` (the ways to run a start from
beginning to end), and what they consist of, in the order of a run: `seeding`, `minibatch`,
`breathing`, `em` (full passes) and `nearest` (the E-step).
"""
