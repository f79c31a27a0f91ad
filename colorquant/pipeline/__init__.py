"""The pipeline: takes one image through all stages, and is the only folder that joins them.

Read `still` (an image), `files` (a file, from reading to writing) and `animation` (frames).
`targets` chooses the places of results, and `result` describes them.
"""
