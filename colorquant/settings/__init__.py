"""Settings from files and presets, for the command.

Read `files`, which finds and reads a file of settings, then `presets`, which names some that belong
together, then `layers`, which puts one above the other.
"""
