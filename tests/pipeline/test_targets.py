"""Where results go; most of it is tested with `pipeline`."""

import dataclasses
import io
import os

import pytest

from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.pipeline.targets import find_target
from colorquant.writing import WritingOptions


def find(source, output=None, name=None, *, k=16, force=False, in_place=False):
    return find_target(source, output, k, WritingOptions(name, force, in_place))


@pytest.mark.parametrize(
    ("output", "name", "expected", "kind"),
    [
        (None, None, "photo-16colors.png", "PNG"),
        (None, "gif", "photo-16colors.gif", "GIF"),
        ("x.webp", None, "x.webp", "WEBP"),
        ("x.dat", "tiff", "x.dat", "TIFF"),
    ],
)
def test_names_and_formats(output, name, expected, kind, photo):
    target = find(photo, output and photo.with_name(output), name)
    assert target.path == photo.with_name(expected)
    assert (target.kind.name, target.name) == (kind, str(target.path))


def test_streams():
    stream = io.BytesIO()
    target = find(b"data", stream)
    assert (target.path, target.stream, target.kind.name) == (None, stream, "PNG")
    assert find(b"data", stream, "gif").kind.name == "GIF"


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (InvalidInputError, "name an output", {"source": b"data"}),
        (InvalidInputError, "only a file with a name", {"source": b"data", "in_place": True}),
        (InvalidInputError, "holds at most 256 colors, not 300", {"k": 300, "name": "gif"}),
        (ImageReadError, "no such file", {"source": "none.png"}),
        (InvalidInputError, "cannot write 'xyz'", {"name": "xyz"}),
        (InvalidInputError, "cannot write 'a/b'", {"name": "a/b"}),
    ],
)
def test_what_does_not_go_together(error, message, arguments, photo):
    with pytest.raises(error, match=message):
        find(**{"source": photo} | arguments)


def test_links_are_broken_only_if_that_is_asked_for(photo):
    other, target = photo.with_name("other.png"), photo.with_name("x.png")
    os.link(photo, other)
    target.touch()
    os.link(target, photo.with_name("y.png"))
    for output, force in [(None, False), (target, True)]:
        how = WritingOptions(force=force, in_place=not force)
        with pytest.raises(ImageWriteError, match="one of 2 hard links"):
            find_target(photo, output, 16, how)
        found = find_target(photo, output, 16, dataclasses.replace(how, break_links=True))
        assert found.path == (output or photo)
