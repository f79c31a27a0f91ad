"""The page of a gallery: what it may do, what it loads, what it says."""

import hashlib
import re
from base64 import b64decode, b64encode
from html.parser import HTMLParser
from importlib.resources import files

from colorquant.bounded import LostColor
from colorquant.report.gallery.page import HEAD, data_url, is_page, page
from colorquant.report.gallery.picture import Entry, Loss, Picture, Shot

SHOT = Shot(b"some data", "image/webp", 3, 2)
ENTRIES = [
    Entry("a.png", "done", picture=Picture({"thumb": SHOT}, (3, 2), bytes=(1000, 400), lost=())),
    Entry(
        "b.png",
        "done",
        picture=Picture(
            {"thumb": SHOT},
            (3, 2),
            bytes=(3000, 600),
            lost=(Loss(LostColor((1, 2, 3), (1, 1, 0, 0), 1), (0, 0, 0), 11.0),),
        ),
    ),
    Entry("<script>alert(1)</script>.png", "failed", "is <b>broken</b>"),
]


class Read(HTMLParser):
    def __init__(self, data):
        super().__init__()
        self.tags, self.texts, self.at = [], {}, ""
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.at = tag

    def handle_endtag(self, tag):
        self.at = ""

    def handle_data(self, data):
        self.texts.setdefault(self.at, []).append(data)

    def values(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    @property
    def policy(self):
        (found,) = (attrs["content"] for _, attrs in self.tags if "http-equiv" in attrs)
        return dict(each.split(" ", 1) for each in found.split("; "))


def digest(text):
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_only_its_own_style_and_script_may_run():
    found = Read(page(ENTRIES, "Title"))
    (style,), (script,) = found.texts["style"], found.texts["script"]
    assert found.policy == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": digest(style),
        "script-src": digest(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    # No tag has a style or a handler, which the policy would not allow.
    assert not [key for _, attrs in found.tags for key in attrs if re.match("style$|on", key)]


def test_a_page_is_known_by_its_head():
    data = page(ENTRIES, "Title")
    assert is_page(data)
    assert is_page(data[:HEAD])
    mark = data[data.index(b"<meta name") : data.index(b' gallery">') + 10]
    for other in (b"", b"<html>mine</html>", b"<pre>" + mark, b" " * HEAD + data):
        assert not is_page(other), other[:80]


def test_stored_previews_are_its_own():
    stored = Shot(b"", "image/webp", 3, 2, "./page_files/a.webp")
    entries = [Entry("a.png", "done", picture=Picture({"thumb": stored}, (3, 2)))]
    found = Read(page(entries, "Title"))
    assert found.policy["img-src"] == "data: 'self'"
    assert "./page_files/a.webp" in found.values("src")


def test_nothing_is_loaded():
    found = Read(page(ENTRIES, "Title"))
    assert all(
        each.startswith(("#", "data:", "./")) for each in found.values("href") + found.values("src")
    )
    assert not {tag for tag, _ in found.tags} & {"link", "iframe", "object", "embed", "base"}
    for name in ("gallery.css", "gallery.js", "viewer.html"):
        text = (files("colorquant.report.gallery") / name).read_text()
        assert not re.search(r"https?:|//\w+\.|@import|url\(|fetch|XMLHttp|import\(|eval", text), (
            name
        )


def test_ids_are_unique():
    ids = Read(page(ENTRIES, "Title")).values("id")
    assert len(ids) == len(set(ids))


def test_what_the_script_names_is_there():
    script = (files("colorquant.report.gallery") / "gallery.js").read_text()
    ids = set(Read(page(ENTRIES, "Title")).values("id"))
    assert set(re.findall(r'\bat\("([\w-]+)"\)', script)) <= ids


def test_names_and_messages_are_texts():
    data = page(ENTRIES, "<b>R&D\n").decode()
    assert "<title>&lt;b&gt;R&amp;D\\n</title>" in data
    assert "<h1>&lt;b&gt;R&amp;D\\n</h1>" in data
    assert data.count("<script>") == 1
    assert "&lt;script&gt;alert(1)&lt;" in data
    assert "is &lt;b&gt;broken" in data


def test_totals():
    texts = Read(page(ENTRIES, "Title")).texts
    assert texts["dt"][:5] == ["Pictures", "Of them", "Bytes", "Saved", "Lost colors"]
    assert texts["dd"][:5] == [
        "3",
        "2 done, 1 failed",
        "4 kB to 1 kB",
        "75.0 %",
        "in 1 of 2; 1 not written",
    ]


def test_no_lost_colors_say_nothing_of_what_was_not_written():
    tiles = Read(page([ENTRIES[0], ENTRIES[2]], "Title")).texts["dd"]
    assert "none in 1; 1 not written" in tiles
    assert "none in 1" in Read(page([ENTRIES[0]], "Title")).texts["dd"]


def test_previews_are_within_the_page():
    assert data_url(SHOT).startswith("data:image/webp;base64,")
    assert b64decode(data_url(SHOT).partition(",")[2]) == b"some data"


def test_many_cards_are_in_several_lists():
    entries = [Entry(f"{number}.png", "failed", "x") for number in range(61)]
    lists = [attrs for tag, attrs in Read(page(entries, "Title")).tags if tag == "ul"]
    assert [each.get("class") for each in lists] == ["cards", "cards"]
