"""The command line: a thin client of the library, and the only folder that uses Click.

Read `main`, then its commands `quantize`, `colors`, `palette` and `compare`. `options` and `look`
declare each option once; `help`, `completion`, `messages`, `summary` and `swatches` make what
users see, and `streams` are stdin and stdout.
"""
