from colorquant.metadata import Metadata, text_keyword


def test_nothing_is_carried_unless_it_is_said():
    assert {getattr(Metadata(), name) for name in Metadata.__slots__} == {None}


def test_keywords_of_texts():
    assert text_keyword((b"tEXt", b"Author\0Jan")) == b"Author"
    assert text_keyword((b"tEXt", b"Author")) == b"Author"
