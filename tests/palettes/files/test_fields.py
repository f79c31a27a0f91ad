import pytest

from colorquant.palettes.files.fields import Fields, utf16


@pytest.mark.parametrize(
    ("order", "short", "long"), [(">", 0x0102, 0x03040506), ("<", 0x0201, 0x06050403)]
)
def test_fields_are_taken_one_after_another(order, short, long):
    fields = Fields(bytes(range(1, 10)), order)
    assert fields.numbers("HI") == (short, long)
    inner = fields.part(2)
    assert (inner.number("B"), len(inner), len(fields)) == (7, 1, 1)
    assert fields.take(1) == b"\t"


@pytest.mark.parametrize("call", [("take", 3), ("part", 3), ("numbers", "HB"), ("utf16", 2)])
def test_what_is_not_there_is_not_taken(call):
    name, argument = call
    fields = Fields(b"ab", ">")
    with pytest.raises(ValueError, match="it ends too early"):
        getattr(fields, name)(argument)
    assert len(fields) == 2


def test_a_length_takes_no_memory_before_it_is_checked():
    with pytest.raises(ValueError, match="it ends too early"):
        Fields(b"", ">").take(1 << 62)


@pytest.mark.parametrize(
    ("text", "read"), [("", ""), ("Grün 𝄞", "Grün 𝄞"), ("a\0b", "a"), ("\ud800", "?")]
)
def test_text(text, read):
    data = utf16(text)
    assert data.endswith(b"\0\0")
    assert Fields(data, ">").utf16(len(data) // 2) == read


def test_text_ends_at_its_nul():
    assert Fields("ab\0c".encode("utf-16-le"), "<").utf16(4) == "ab"
