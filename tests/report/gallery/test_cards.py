"""The HTML of one picture."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from colorquant.bounded import LostColor
from colorquant.report.gallery.cards import WORDS, card, saved, shown_bytes
from colorquant.report.gallery.page import data_url
from colorquant.report.gallery.picture import Entry, Figures, Loss, Picture, Shot

SHOT = Shot(b"data", "image/webp", 30, 20)
PICTURE = Picture(
    {"thumb": SHOT, "thumb_before": SHOT, "before": SHOT, "after": SHOT, "map": SHOT},
    (30, 20),
    bytes=(1000, 250),
    colors=(400, 2),
    palette=("#000000", "#ffffff"),
    counts=(590, 10),
    lost=(Loss(LostColor((230, 57, 70), (5, 4, 3, 2), 16), (0, 0, 0), 25.04),),
    figures=Figures(6.5, 40.0, 1.25, 3.5, 0.98765),
)


class Parsed(HTMLParser):
    """What a page consists of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("img", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)


def parsed(entry):
    return Parsed(card(entry, 7, data_url))


def test_it_tells_all():
    found = parsed(Entry("in/a.png", "done", picture=PICTURE, links=("./in/a.png", "./out/a.png")))
    attributes = found.tags[0][1]
    told = {key: value for key, value in attributes.items() if key.startswith("data-")}
    expected = {"name": "in/a.png", "status": "done", "saved": "75", "error": "1.25", "lost": "1"}
    expected |= {"gone": "100.2", "side": "1", "detail": "0 0", "full": "0"}
    assert told == {f"data-{key}": value for key, value in expected.items()}
    assert attributes["id"] == "p7"
    for words in (
        *("75 % smaller", "error 1.25", "1 color lost", "30 x 20 pixels", "400 to 2"),
        *("1,000 to 250", "40.00 dB", "0.9877", "#000000 #ffffff", '--pin "#e63946"'),
        "#e63946 is lost: 16 pixels in 5 x 4 at 3, 2.",
        "It is now #000000, at a CIEDE2000 of 25.0.",
    ):
        assert words in found.text, words
    links = [attrs["href"] for tag, attrs in found.tags if tag == "a"]
    assert links == ["#d7", "./in/a.png", "./out/a.png"]


def test_each_picture_has_an_alternative():
    images = [
        attrs for tag, attrs in parsed(Entry("a.png", "done", picture=PICTURE)).tags if tag == "img"
    ]
    assert all(each["loading"] == "lazy" and each["width"] == "30" for each in images)
    # The one that lies over another is decoration.
    assert [each["alt"] for each in images if "over" in each["class"]] == [""]
    assert all(each["alt"].startswith("a.png, ") for each in images if "over" not in each["class"])


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>.png", "a\"b'c&.png", "javascript:alert(1).png", "a\nb\x1b.png"],
)
def test_names_are_no_markup(name):
    entry = Entry(name, "failed", f"{name}: is broken", PICTURE)
    found, plain = parsed(entry), parsed(Entry("a.png", "failed", "a.png: is broken", PICTURE))
    # Only where folders end, a name may be broken.
    marks = {"wbr", "span"}
    assert [tag for tag, _ in found.tags if tag not in marks] == [
        tag for tag, _ in plain.tags if tag not in marks
    ]
    assert not {tag for tag, _ in found.tags} & {"script", "style"}
    assert {key for _, attrs in found.tags for key in attrs} == {
        key for _, attrs in plain.tags for key in attrs
    }
    shown = name.replace("\n", "\\n").replace("\x1b", "\\x1b")
    assert found.tags[0][1]["data-name"] == shown
    assert f"{shown}: is broken" in found.text


@pytest.mark.parametrize("status", WORDS)
def test_without_a_picture_the_status_is_told(status):
    found = parsed(Entry("a.png", status, "why"))
    assert WORDS[status] in found.text
    assert "why" in found.text


def test_a_source_is_not_taken_for_a_result():
    source = Picture({"thumb_before": SHOT}, (30, 20))
    for status in WORDS:
        told = "source, not written" in parsed(Entry("a.png", status, picture=source)).text
        assert told == (status in ("missed", "failed"))
    kept = Picture({"thumb": SHOT}, (30, 20), lost=())
    assert "no larger color lost" in parsed(Entry("a.png", "done", picture=kept)).text


def test_sizes_and_shares():
    assert [shown_bytes(n) for n in (0, 999, 1000, 12_345, 999_499, 999_500, 7_654_321)] == [
        *("0 bytes", "999 bytes", "1 kB", "12.3 kB", "999 kB", "1 MB", "7.65 MB"),
    ]
    assert saved(200, 50) == 75
    assert saved(200, 300) == -50
    assert saved(0, 5) is saved(None, 5) is saved(5, None) is None
    assert (
        "50 % larger"
        in parsed(Entry("a.png", "done", picture=Picture({}, (1, 1), bytes=(200, 300)))).text
    )


@pytest.mark.parametrize(
    ("of_first", "told"),
    [(True, "all figures are those of frame 1."), (False, "PSNR and colors are those of all.")],
)
def test_which_frames_the_figures_are_of(of_first, told):
    picture = replace(PICTURE, frames=3, of_first=of_first)
    text = card(Entry("a.gif", "skipped", picture=picture), 1, data_url)
    assert f"Frame 1 of 3 is shown; {told}" in text
