"""The pipeline: takes one image through all stages, and is the only folder that joins them.

It knows one image at a time, and nothing of the command line. Read `still` (an image), `fitted`
(a palette for its colors), `painting` (the mapping for the eye), `files` (a file, from reading to
writing) and `animation` (frames). `looks` decides in which space colors are compared and mixed.
`targets` chooses the places of results, `result` describes them, and `saving` writes what is in
memory. `compare` measures how far
files are from another, and `curve` how error and size depend on the number of colors. `subject` is
an image or frames, and `drawing` loads what draws. `bounds` finds the result that meets bounds:
`goals` says what they ask for, `measured` what results have of it, `trials` makes the results, and
`crossing` tells which to try. `lost` looks for colors that are gone, `counted` finds a palette of
many images, and `many` quantizes images in memory with it. `pictures` and `gallery` make what a
gallery shows. `bar` shows progress.
"""
