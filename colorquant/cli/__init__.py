"""The command, and the only folder that knows Click: a thin client of the library.

Read `main`, then its verbs `quantize`, `colors` and `palette`. `options` declares each option
once; `help`, `completion`, `messages` and `summary` are what users see.
"""
