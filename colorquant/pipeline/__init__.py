"""The pipeline: takes one image through all stages, and is the only folder that joins them.

It knows one image at a time, and nothing of the command line. Read `still` (an image), `fitted`
(a palette for its colors), `painting` (the mapping for the eye), `files` (a file, from reading to
writing) and `animation` (frames). `looks` decides in which space colors are compared and mixed.
`targets` chooses the places of results, and `result` describes them. `compare` measures how far
files are from another, and `curve` how error and size depend on the number of colors. `subject` is
an image or frames, and `drawing` loads what draws. `bounds` finds the result that meets bounds:
`goals` says what they measure, `trials` makes and measures results, and `crossing` tells which to
try; `lost` looks for colors that are gone, and `counted` is for a palette of many images.
"""
