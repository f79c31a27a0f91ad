"""Relative URLs of files."""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from colorquant.report.gallery.links import relative_url, url_of
from colorquant.storage.places import as_place

PAGE = Path("pages/page.html")


@pytest.mark.parametrize(
    "name",
    ["a.png", "javascript:alert(1).png", "a b?c#d.png", "<script>.png", "a\"b'&.png", "é%20.png"],
)
def test_each_name_is_a_path_and_no_scheme(name):
    url = relative_url(Path("pages/in") / name, PAGE)
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote_to_bytes(parts.path) == os.fsencode(f"./in/{name}")
    assert not set(url) & set("\"'<>& :")


def test_a_name_of_other_bytes_than_text():
    assert relative_url(Path(os.fsdecode(b"pages/\xff.png")), PAGE) == "./%FF.png"


def test_files_above_the_page():
    assert relative_url(Path("a.png"), PAGE) == "../a.png"
    assert relative_url(Path("pages/a.png").absolute(), PAGE) == "./a.png"


def test_what_is_elsewhere_has_no_link():
    assert relative_url(None, PAGE) == ""
    assert relative_url(as_place("memory://a.png"), PAGE) == ""
    assert relative_url(Path("a.png"), as_place("memory://page.html")) == ""


def test_a_file_below_the_page():
    assert url_of("my page_files", "a.webp") == "./my%20page_files/a.webp"
    assert url_of("a:b?c#d%", "é") == "./a%3Ab%3Fc%23d%25/%C3%A9"
