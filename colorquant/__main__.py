"""``python -m colorquant``."""

from colorquant.cli import main

if __name__ == "__main__":
    main(prog_name="colorquant")
