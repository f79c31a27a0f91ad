"""One image from place to place: the only folder that ties the stages together.

Read `still` (an image through all stages), `files` (a file from place to place) and `animation`
(frames). `targets` are the places of results, and `result` is what is known of them.
"""
