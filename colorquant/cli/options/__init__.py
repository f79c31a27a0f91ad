"""Options of the commands: how they are declared, parsed, and taken from files.

Read `option` and `help`, whose classes all options and commands have. `listed`, `entries`, `look`,
`bounds`, `files` and `many` declare each option once, with the types in `values`; `together` says
which exclude each other. `layered` puts options above those of files and presets, of which `keys`
says what they may be. `streams` are stdin and stdout, where they are named instead of a file.
"""
