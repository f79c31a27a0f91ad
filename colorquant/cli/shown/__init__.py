"""What users see.

Read `messages`, then `counting` and `summary`, which show how a run goes. `swatches` are palettes
on a terminal, `paletteout` prints and writes them, and `manpage` makes the manual page.
"""
