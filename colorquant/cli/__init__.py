"""The command line: a thin client of the library, and the only folder that uses Click.

Read `main`, then its commands `quantize`, `colors`, `palette`, `compare`, `curve`, `config` and
`completion`. `options`, `entries`, `look`, `bounds`, `files` and `many` declare each option once,
with the types in `values`; `together` says which exclude each other. `layered` puts options above
those of files and presets, of which `keys` says what they may be. `help`, `messages`, `counting`,
`summary`, `swatches` and `paletteout` make what users see, and `streams` are stdin and stdout.
`manpage` makes the manual page, when a wheel is built.
"""
