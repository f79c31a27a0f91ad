"""URLs: told from paths, and what drivers say of them."""

import pytest
from upath import UPath

from colorquant.redaction import secrets_of
from colorquant.storage.places import as_place
from colorquant.storage.urls import cause, file_name, is_remote, shown, tellable


def test_what_a_driver_says_in_its_own_words(monkeypatch):
    url = "s3://AKIAKEY:p%40ss/word@bucket/a.png?one=first&two=x"
    assert secrets_of(url) == {
        *("AKIAKEY:p%40ss/word", "AKIAKEY:p@ss/word", "AKIAKEY", "p%40ss/word", "p@ss/word"),
        *("one=first&two=x", "first"),
    }
    error = RuntimeError("no bucket AKIAKEY:p%40ss/word@bucket, first of p@ss/word; firstly")
    assert cause(error, url) == "no bucket ***@bucket, *** of ***; firstly"
    assert cause(error) == str(error)
    optional = UPath("memory://x/a.png", password="open sesame", anon="true")
    assert cause(RuntimeError("true: 'open sesame'"), optional) == "true: '***'"


def test_errors_that_tell_secrets_are_no_causes():
    url = "http://user:secret@host/a"
    harmless, telling, led = (RuntimeError(text) for text in ("no", "what secret?", "no"))
    led.__context__ = telling
    assert tellable(harmless, url) is harmless
    assert tellable(telling, "http://host/a") is telling
    assert tellable(telling, url) is tellable(led, url) is None
    assert tellable(RuntimeError("http://h/a?b"), "http://host/a") is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://u:p@host/d/a.png?sig=s.ig", "a.png"),
        ("http://host/a.png?x=/y/z.gif", "a.png"),
        ("http://host/a.png?x=y z/b.gif", "a.png"),
        ("http://host/?id=3", "index"),
        ("http://u:p@host", "index"),
        ("memory://d/a.png", "a.png"),
        ("s3://bucket/sp ace#%.png", "sp ace#%.png"),
    ],
)
def test_names_have_no_queries(url, name):
    assert file_name(as_place(url)) == name
    assert file_name(f"d/{name}") == name


def test_what_places_are_called(tmp_path):
    url = as_place("http://u:p@host/a.png?s")
    assert is_remote(url)
    assert shown(url) == "http://***@host/a.png?***"
    odd = tmp_path / "http:" / "u:p@host"
    assert (shown(odd), file_name(odd)) == (str(odd), "u:p@host")
