"""Palettes, and damage to their files, for tests of what reads and writes them."""

from hypothesis import strategies as st

from colorquant.palettes.files.rows import palette_of

# Any characters that a file can hold: no NUL, and no half of a pair of UTF-16.
_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@st.composite
def palettes(draw, *, channels, most):
    """Return a palette of up to so many colors, some with names."""
    levels = st.integers(0, 255)
    rows = draw(st.lists(st.tuples(*[levels] * channels), min_size=1, max_size=most))
    some = draw(st.lists(_NAMES, max_size=len(rows)))
    return palette_of(rows, some + [""] * (len(rows) - len(some)))


@st.composite
def damaged(draw, data):
    """Return the bytes of a file with some of them changed, cut off, or taken out."""
    changed = bytearray(data)
    places = st.integers(0, len(data) - 1)
    for place in draw(st.lists(places, max_size=5)):
        changed[place] = draw(
            st.one_of(st.sampled_from([0, 1, 127, 128, 255]), st.integers(0, 255))
        )
    start, end = sorted((draw(places), draw(places)))
    match draw(st.sampled_from(["whole", "cut", "gap"])):
        case "cut":
            return bytes(changed[:end])
        case "gap":
            return bytes(changed[:start] + changed[end:])
    return bytes(changed)
