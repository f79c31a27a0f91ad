"""Which calls the command makes; what comes of them is tested with `cli` and `batch`."""

import pytest

from colorquant.cli import quantize as running
from colorquant.cli.options.help import UsageError
from colorquant.cli.quantize import quantize_all
from colorquant.options import QuantizeOptions

DEFAULTS = {
    **dict.fromkeys(("force", "in_place", "break_links", "keep_times"), False),
    **dict.fromkeys(("sync", "skip_if_larger"), False),
    **dict.fromkeys(("recursive", "shared_palette", "dry_run", "as_json"), False),
    **dict.fromkeys(("format", "palette", "palette_out", "jobs", "memory", "cluster"), None),
    **dict.fromkeys(("min_saving", "optimize", "gallery"), None),
    "include": (),
    "exclude": (),
    "weight": "pixels",
    "verbose": False,
    "quiet": False,
}


@pytest.fixture
def calls(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "there.png").mkdir()
    made = []
    monkeypatch.setattr(running, "_one", lambda *a, **k: made.append(("one", a, k)))
    monkeypatch.setattr(running, "_all", lambda *a, **k: made.append(("all", a, k)))
    return made


@pytest.mark.parametrize(
    ("images", "output", "changes", "expected"),
    [
        (["a.png"], None, {}, ("one", None, None)),
        (["a.png"], "x.png", {}, ("one", None, None)),
        (["-"], "-", {}, ("one", None, None)),
        (["a.png"], "folder", {}, ("all", None, "folder")),
        (["a.png"], "new/", {}, ("all", None, "new")),
        (["folder"], None, {}, ("all", None, None)),
        (["a.png", "b.png"], "new", {}, ("all", None, "new")),
        (["a.png"], "x.png", {"as_json": True}, ("all", "x.png", None)),
        (["a.png"], "x.png", {"dry_run": True}, ("all", "x.png", None)),
        (["a.png"], "x.png", {"shared_palette": True}, ("all", "x.png", None)),
        (["a.png", "b.png"], "there.png", {}, ("all", None, "there.png")),
        (["a.png", "b.png"], "new.PNG/", {}, ("all", None, "new.PNG")),
        (["folder"], "2024.01", {}, ("all", None, "2024.01")),
        (["folder"], ".png", {}, ("all", None, ".png")),
    ],
)
def test_one_or_many(images, output, changes, expected, calls):
    settings = DEFAULTS | changes
    quantize_all(tuple(images), QuantizeOptions(), output=output, report=None, **settings)
    ((kind, _, given),) = calls
    places = [given.get(name) for name in ("target", "folder")]
    assert (kind, *(place and str(place) for place in places)) == expected


@pytest.mark.parametrize(
    ("images", "output", "report", "changes"),
    [
        (["folder"], None, "r.png", {}),
        (["folder"], "-", None, {}),
        (["-", "a.png"], "new", None, {}),
        (["-"], None, None, {"as_json": True}),
    ],
)
def test_what_is_of_one_image(images, output, report, changes, calls):
    with pytest.raises(UsageError, match="one image"):
        quantize_all(
            *(tuple(images), QuantizeOptions()),
            output=output,
            report=report,
            **DEFAULTS | changes,
        )
    assert calls == []


@pytest.mark.parametrize("output", ["x.png", "new/x.JPG", "x.tif", "x.Gpl", "x.json", "x.cqt"])
@pytest.mark.parametrize("changes", [{}, {"dry_run": True}, {"as_json": True}, {"cluster": "x"}])
@pytest.mark.parametrize(
    ("images", "why"),
    [(["a.png", "b.png"], "there is more than one image"), (["folder"], "folder is a folder")],
)
def test_the_name_of_a_file_is_no_folder(images, why, changes, output, calls):
    with pytest.raises(UsageError, match=rf"^{output} names a file, and {why}; name a folder\. "):
        quantize_all(
            *(tuple(images), QuantizeOptions()), output=output, report=None, **DEFAULTS | changes
        )
    assert calls == []
