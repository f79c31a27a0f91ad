"""The command line: a thin client of the library, and the only folder that uses Click.

Read `main`, then its commands `quantize`, `colors`, `palette`, `compare` and `curve`. `options`,
`entries`, `look` and `bounds` declare each option once, with the types in `values`. `help`,
`completion`, `messages`, `counting`, `summary`, `swatches` and `paletteout` make what users see,
and `streams` are stdin and stdout. `manpage` makes the manual page, when a wheel is built.
"""
