"""What a gallery shows of an image."""

import pickle

from colorquant.report.gallery.picture import KINDS, NAME, Entry, Figures, Picture, Shot


def test_workers_can_return_it():
    shot = Shot(b"data", "image/webp", 3, 2)
    figures = Figures(1.0, 48.13, 0.5, 1.5, None)
    entry = Entry("a.png", "done", picture=Picture({"after": shot}, (3, 2), figures=figures))
    assert pickle.loads(pickle.dumps(entry)) == entry


def test_names_of_previews():
    assert all(NAME.fullmatch(f"{'09afaf' * 4}.{kind}") for kind in KINDS.values())
    for other in ("photo.png", f"{'0' * 23}.png", f"{'0' * 24}.bmp", f"{'A' * 24}.png"):
        assert not NAME.fullmatch(other)
