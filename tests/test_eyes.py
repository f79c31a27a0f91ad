"""The benchmark of what the eye sees, which has measures of its own."""

import importlib
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from colorquant.measures.images import compared

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)


@pytest.fixture
def metrics():
    return importlib.import_module("eyes_metrics")


@pytest.fixture
def pair():
    random = np.random.default_rng(3)
    one = random.integers(0, 256, (40, 50, 3)).astype(np.uint8)
    noise = random.integers(-20, 21, one.shape)
    return one, np.clip(one + noise, 0, 255).astype(np.uint8)


def test_opponent_colors_have_the_published_inverse(metrics):
    """As printed by Johnson and Fairchild (2003), who give the filters again."""
    published = [[0.979, -1.535, 0.445], [1.189, 0.764, 0.135], [1.232, 1.163, 2.079]]
    np.testing.assert_allclose(np.linalg.inv(metrics._OPPONENT), published, atol=3e-3)


def test_flat_images_differ_as_in_cielab(metrics):
    one, other = (
        np.full((20, 30, 3), color, np.uint8) for color in ([90, 120, 150], [110, 120, 130])
    )
    labs = [metrics.lab(metrics.xyz(metrics.light(each[0, 0]))) for each in (one, other)]
    assert metrics.scielab(one, other) == pytest.approx(np.linalg.norm(labs[0] - labs[1]), rel=1e-6)


def test_color_differences_are_those_that_the_project_measures(metrics, pair):
    assert metrics.ciede2000(*pair) == pytest.approx(compared(*pair).blurred.delta_e, rel=2e-3)


def test_equal_images(metrics, pair):
    found = metrics.measures(pair[0], pair[0], {"scielab", "ciede2000", "flat_noise"})
    assert found == {"scielab": 0, "ciede2000": 0}


def test_noise_is_measured_where_the_source_is_flat(metrics):
    source = np.full((40, 60, 3), 128, np.uint8)
    source[:, 30:] = np.random.default_rng(0).integers(0, 256, (40, 30, 3))
    smooth, grainy = source.copy(), source.copy()
    smooth[:, 32:] = 128
    grainy[::2, :30:2] += 10
    assert metrics.flat_noise(source, smooth) == 0
    lightness = [
        metrics.lab(metrics.xyz(metrics.light(np.full(3, v, np.uint8))))[0] for v in (128, 138)
    ]
    # A window has 4, 6 or 9 of the lighter pixels among its 25.
    low, high = (np.sqrt(n / 25 * (1 - n / 25)) * np.diff(lightness)[0] for n in (4, 9))
    assert low < metrics.flat_noise(source, grainy) < high


@pytest.mark.parametrize("count", [2, 4, 5, 16, 17, 256])
def test_the_encoder_keeps_every_pixel(metrics, count):
    random = np.random.default_rng(count)
    palette = random.permutation(256)[:count, None] * [1, 2, 3, 5] % 256
    pixels = palette.astype(np.uint8)[random.integers(0, count, (33, 47))]
    data = metrics.encoded(pixels)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "P"
        np.testing.assert_array_equal(np.asarray(image.convert("RGBA")), pixels)
    # Depth, in IHDR.
    assert data[24] == {2: 1, 4: 2, 5: 4, 16: 4, 17: 8, 256: 8}[count]


def test_alpha_is_seen_over_each_background(metrics, tmp_path):
    clear = np.zeros((24, 24, 4), np.uint8)
    clear[8:, :, 3] = 128
    tinted = clear.copy()
    tinted[:8, :, :3] = 255
    for name, pixels in (("one", clear), ("other", tinted)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    found = metrics.measures_of_files(tmp_path / "one.png", tmp_path / "other.png", {"scielab"})
    assert {name: found[name] for name in found if name.startswith("scielab")} == {
        "scielab black": 0,
        "scielab white": 0,
        "scielab gray": 0,
    }
    assert metrics.over(clear, 255)[10, 10].tolist() == [127, 127, 127]


def test_photographs_are_tuned_on_or_held_out():
    images = importlib.import_module("eyes_images")
    assert len(images.TUNE) == len(images.HELD_OUT) == 10
    used = [photo.path for photo in [*images.TUNE.values(), *images.HELD_OUT.values()]]
    assert len(set(used)) == 20


def test_drawn_images(tmp_path):
    images = importlib.import_module("eyes_images")
    made = images.drawings(images.DRAWN | images.ALPHA, tmp_path)
    for name, path in made.items():
        with Image.open(path) as image:
            assert image.mode == ("RGBA" if name in images.ALPHA else "RGB")
            assert len(np.unique(np.asarray(image).reshape(-1, len(image.mode)), axis=0)) > 16
            if name in images.ALPHA:
                assert len(np.unique(np.asarray(image)[..., 3])) > 100


def test_other_tools_run_once(metrics, tmp_path):
    store = importlib.import_module("eyes_store").Store(tmp_path / "store")
    peers = importlib.import_module("eyes_peers")
    source, log = tmp_path / "in.png", tmp_path / "log"
    Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).save(source)
    script = "import shutil, sys; shutil.copy(*sys.argv[1:3]); open(sys.argv[3], 'a').write('x')"

    def command(source, k, target):
        return [sys.executable, "-c", script, str(source), str(target), str(log), str(k)]

    def runs(peer, k):
        before = len(log.read_text()) if log.exists() else 0
        made = store.result(peer, source, k, tmp_path, trials=1)
        assert made[0].read_bytes() == source.read_bytes()
        return len(log.read_text()) - before

    one, newer = (peers.Peer("copy", number, False, command) for number in "12")
    ours = peers.Peer("colorquant copy", "1", False, command)
    assert [runs(*each) for each in [(one, 2), (one, 2), (one, 3), (newer, 2), (newer, 2)]] == [
        1,
        0,
        1,
        1,
        0,
    ]
    assert [runs(ours, 2), runs(ours, 2)] == [1, 1]
    found = store.measures(source, source, {"scielab"})
    assert found.items() >= {"scielab": 0, "colors": 256}.items()
    assert store.measures(source, source, {"scielab"}) == found


def test_a_tool_that_fails_says_why(tmp_path):
    store = importlib.import_module("eyes_store")
    command = [sys.executable, "-c", "import sys; sys.exit('no such option')"]
    with pytest.raises(store.ToolError, match=r"^no such option$"):
        store.run(command, tmp_path / "out.png", 1)


def test_tables(tmp_path):
    tables = importlib.import_module("eyes_tables")

    fixed = {"group": "held-out", "k": 16, "dithered": True, "seconds": 0.5}
    rows = [
        {**fixed, "peer": peer, "image": image, "ssimulacra2": score, "scielab": far, "bytes": size}
        for peer, image, score, far, size in (
            ("colorquant diffusion", "a", 30.0, 4.0, 9000),
            ("colorquant diffusion", "b", 20.0, 6.0, 9000),
            ("pngquant 3", "a", 20.0, 5.0, 10000),
            ("pngquant 3", "b", 21.0, 7.0, 10000),
            ("other", "a", 10.0, 3.0, 10000),
        )
    ]
    assert tables.wins(rows, "colorquant diffusion", "ssimulacra2", 16) == (1, 2)
    assert tables.wins(rows, "colorquant diffusion", "scielab", 16) == (1, 2)
    about = {"date": "", "processor": "", "cores": 1, "python": "", "numpy": ""}
    tables.write({"about": {**about, "peers": {"other": "1"}}, "rows": rows}, tmp_path)
    text = (tmp_path / "eyes.md").read_text()
    assert "| colorquant diffusion | 25.0 | 5.00 | 9.0 | 0.50 |" in text
    # It has not all of the images.
    assert "| other | - | - | - | - |" in text
    assert "| colorquant diffusion | dithered | 0.900 |" in text
    assert (tmp_path / "eyes.png").stat().st_size > 0
