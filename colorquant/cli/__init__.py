"""The command line: a thin client of the library.

Read `main`, then its commands `quantize`, `colors`, `palette`, `compare`, `curve`, `config` and
`completion`. Their options are declared in the folder options, and what users see is made in the
folder shown.
"""
