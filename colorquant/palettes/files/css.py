"""Colors in style sheets: custom properties of CSS, variables and maps of SCSS.

Documentation: "CSS Custom Properties for Cascading Variables Module Level 1" and "CSS Syntax Module
Level 3" of W3C; "Variables" and "Maps" in the documentation of Sass at sass-lang.com.
"""

import re
from collections.abc import Iterator

from colorquant.csscolors import parse_css_alpha
from colorquant.palette import Palette
from colorquant.palettes.files.tables import is_json
from colorquant.palettes.files.texts import Colors, names_of, start_of, text_of

__all__ = ["is_css", "read_css", "write_css", "write_scss"]

# Whatever is no declaration is skipped as a whole, so time grows with the size of the file only:
# no part can be matched in more than one way, and strings and comments may lack their ends.
_STRING = r"""(?:"(?:[^"\\\r\n]|\\.)*+"?|'(?:[^'\\\r\n]|\\.)*+'?)"""
_VALUE = r"\s*+:\s*+(#[0-9a-fA-F]++|[a-zA-Z]++(?:\([^(){};]{0,100}+\))?)\s*+"
_TOKEN = re.compile(
    r"/\*(?:.*?\*/|.*)"  # a comment
    r"|(?<!:)//[^\r\n]*+"  # one of SCSS
    r"|(?<=url)\([^)\"']*+"
    rf"|(?<![\w-])(?:--|\$)([\w-]++)(?:{_VALUE}(?=[;!}}]|\Z))?"
    rf"|({_STRING})(?:{_VALUE}(?=[,)]))?"
    r"|[^\"'/($-]++",
    re.DOTALL,
)
_DECLARATION = re.compile(r"(?<![\w-])(?:--|\$)[\w-]++\s*+:|[\"'][\w -]++[\"']\s*+:\s*+#")
# These begin files in other formats, whose names may look like declarations.
_OTHERS = ("GIMP Palette", "JASC-PAL")
_UNFIT = re.compile(r"[^0-9A-Za-z_\u00c0-\U0010ffff-]+|[^\w-]+")


def is_css(data: bytes) -> bool:
    """Return whether declarations of variables are at the start of a file."""
    start = start_of(data)
    other = start.startswith(_OTHERS) or is_json(data)
    return not other and bool(_DECLARATION.search(start))


def read_css(data: bytes) -> Palette:
    """Return all variables that are colors, in the order of the bytes of a file.

    Variables with other values are skipped, and so are colors in other places. A name that
    `write_css` gives to a color without one is none.

    Raises
    ------
    ValueError
        If it has no colors.
    """
    colors = Colors()
    for name, value in _declarations(text_of(data)):
        found = parse_css_alpha(value)
        if found:
            colors.add(found, "" if name == f"color-{len(colors)}" else name)
    if not len(colors):
        raise ValueError("it has no variables that are colors")
    return colors.palette()


def _declarations(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        name, value, key, inner = found.groups()
        if value:
            yield name, value
        elif inner:
            yield key[1:-1], inner


def write_css(palette: Palette) -> bytes:
    """Return a palette as custom properties of CSS."""
    lines = [
        f"  --{name}: {code};"
        for name, code in zip(_identifiers(palette), palette.hex(), strict=True)
    ]
    return "\n".join([":root {", *lines, "}", ""]).encode()


def write_scss(palette: Palette) -> bytes:
    """Return a palette as variables of SCSS."""
    pairs = zip(_identifiers(palette), palette.hex(), strict=True)
    return "".join(f"${name}: {code};\n" for name, code in pairs).encode()


def _identifiers(palette: Palette) -> list[str]:
    """Return a different identifier for each color."""
    names = [_UNFIT.sub("-", name).strip("-") for name in names_of(palette)]
    # The numbers of colors without names are theirs.
    taken = {f"color-{at}" for at, name in enumerate(names) if not name}
    last: dict[str, int] = {}
    found = []
    for at, name in enumerate(names):
        unique = name or f"color-{at}"
        if name:
            base = f"color-{name}" if name[0].isdigit() else name
            unique = base
            # SCSS takes _ and - for the same.
            while (key := unique.replace("_", "-")) in taken:
                last[base] = last.get(base, 1) + 1
                unique = f"{base}-{last[base]}"
            taken.add(key)
        found.append(unique)
    return found
