"""What the report shows, and that nothing on it overlaps or is cut."""

import io
import os
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from PIL import Image

from colorquant.bounded import Bounded, LostColor
from colorquant.images.fitting import Fitting
from colorquant.images.source import as_raster
from colorquant.images.writing.formats import find_format
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.files import quantize_file
from colorquant.pipeline.still import Still
from colorquant.progress import Clock
from colorquant.report import figure as report
from colorquant.report.swatches import share_text


@pytest.fixture
def moving(flower, tmp_path):
    """Draw the report of an animation of two frames of different colors."""

    def draw(**options):
        pictures = [Image.fromarray(part) for part in (flower[:50], flower[50:100])]
        pictures[0].save(
            tmp_path / "clip.webp", lossless=True, save_all=True, append_images=pictures[1:]
        )
        kept = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(report, "render", lambda *a, **k: kept.append((a, k)) or b"")
            done = quantize_file(
                *(tmp_path / "clip.webp", tmp_path / "out.gif"),
                report=tmp_path / "report.png",
                **options,
            )
        ((given, how),) = kept
        assert how.pop("kind") == "png"
        figure = report.draw(*given, **how)
        figure.draw_without_rendering()
        return figure, done.result

    return draw


def quantized(raster, **options):
    """Return a result, and the space of its history."""
    chosen = QuantizeOptions(**options)
    fitting = Fitting(find_format("png", None), chosen, "the result")
    made = Still(raster, fitting, Clock()).trial(chosen).made
    return made.result, made.space


def drawn(image, **options):
    raster = as_raster(image)
    result, space = quantized(raster, **options)
    figure = report.draw(
        raster, result, space, title="flower $x_1$.jpg", sizes=(142_987, 33_464), seed=0
    )
    figure.draw_without_rendering()
    return figure, result


def tick_labels(axis):
    low, high = sorted(axis.get_view_interval())
    ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
    return [label for place, label in ticks if low <= place <= high]


def texts(figure):
    """Return all texts that can be seen; ticks outside of the view are not drawn."""
    found = list(figure.texts)
    for axes in figure.axes:
        found += [axes.title, *axes.texts, axes._left_title]
        if axes.axison:
            for axis in (axes.xaxis, axes.yaxis):
                found += [axis.label, *tick_labels(axis)]
        if axes.get_legend():
            found += axes.get_legend().get_texts()
    return [text for text in found if text.get_text().strip()]


def said(figure):
    return [text.get_text() for text in texts(figure)]


def panel(figure, title):
    return next(axes for axes in figure.axes if title in {axes.get_title(side) for side in SIDES})


SIDES = ("left", "center")


@pytest.fixture(scope="module")
def flower(samples):
    with Image.open(samples / "flower.jpg") as image:
        return np.asarray(image.resize((160, 107)))


@pytest.fixture(scope="module")
def shown(flower):
    """A figure of 16 colors, and what it is of."""
    return drawn(flower, k=16)


def images(flower, samples, name):
    if name == "photo":
        return flower
    if name == "tall":
        return flower[:, 50:55]
    if name == "wide":
        return flower[50:52]
    with Image.open(samples / name) as image:
        image.load()
        return image


# What is under each other has its own height. The widest swatches have alpha, and small shares.
@pytest.mark.parametrize(
    ("name", "k"),
    [
        ("photo", 2),
        ("photo", 300),
        ("tall", 16),
        ("wide", 256),
        ("logo.png", 16),
        ("logo.png", 300),
        ("sprite.png", 2),
        ("sprite.png", 16),
        ("screenshot.png", 256),
    ],
)
def test_nothing_overlaps_and_nothing_is_cut(name, k, flower, samples):
    figure, _ = drawn(images(flower, samples, name), k=k, effort="fast")
    check_layout(figure)


def check_layout(figure):
    page = figure.bbox
    renderer = figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts(figure)]
    for text, box in boxes:
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text
    x0, y0, x1, y1 = np.array([box.extents for _, box in boxes]).T
    apart = (x0[:, None] > x1) | (y0[:, None] > y1)
    touching = np.argwhere(np.triu(~(apart | apart.T), 1))
    assert [(boxes[one][0], boxes[other][0]) for one, other in touching] == []
    panels = [axes.get_window_extent(renderer) for axes in figure.axes]
    for first, second in combinations(panels, 2):
        assert not first.overlaps(second)


def test_what_is_said(shown):
    figure, result = shown
    words = said(figure)
    colors = f"{result.source_colors:,}"
    for expected in (
        "flower $x_1$.jpg",
        "Original",
        "16 colors",
        f"Input color space: {colors} colors",
        "Reduced color space: 16 colors",
        "Centers from seeding to end",
        "Inertia per step",
        "Palette",
    ):
        assert expected in words
    facts = next(text for text in words if "PSNR" in text)
    for fact in ("160 x 107", "k = 16", f"MSE {result.metrics.mse:.2f}", "142,987 → 33,464 bytes"):
        assert fact in facts


def test_one_color_is_no_colors(flower):
    figure, _ = drawn(np.zeros((4, 6, 3), np.uint8), k=1)
    words = said(figure)
    for expected in ("1 color", "Input color space: 1 color", "Reduced color space: 1 color"):
        assert expected in words


def test_swatches_tell_hex_and_share(shown):
    figure, result = shown
    shares = 100 * result.palette.counts / result.palette.counts.sum()
    for name, share in zip(result.palette.hex(), shares, strict=True):
        assert f"{name}\n{share_text(share)}" in said(figure)


def dots(figure):
    """The scatter plots: places and colors of the dots."""
    found = []
    for axes in figure.axes:
        if axes.get_xlabel() == "red" and not axes.get_legend():
            (scatter,) = (c for c in axes.collections if isinstance(c, PathCollection))
            found.append((axes, np.asarray(scatter.get_offsets()), scatter.get_facecolors()[:, :3]))
    return found


def test_scatter_plots_show_10_000_pixels_in_their_own_colors(shown):
    figure, result = shown
    plots = dots(figure)
    assert [axes.get_ylabel() for axes, _, _ in plots] == ["green", "blue", "green", "blue"]
    palette = {tuple(color) for color in result.palette.colors.tolist()}
    for (axes, places, colors), channel in zip(plots, (1, 2, 1, 2), strict=True):
        assert len(places) == 10_000
        assert axes.get_xlim()[0] <= 0
        assert axes.get_ylim()[1] >= 1
        np.testing.assert_allclose(places, colors[:, [0, channel]], atol=1e-6)
    after = {tuple(color) for color in np.rint(plots[2][2] * 255).astype(int).tolist()}
    assert after == palette


def test_the_choice_of_pixels_follows_the_seed(flower):
    raster = as_raster(flower)
    result, space = quantized(raster, k=4)
    figures = [
        report.draw(raster, result, space, title="x", sizes=(1, 1), seed=s) for s in (1, 1, 2)
    ]
    places = [np.concatenate([places for _, places, _ in dots(figure)]) for figure in figures]
    assert np.array_equal(places[0], places[1])
    assert not np.array_equal(places[0], places[2])


def test_inertia_per_step_is_that_of_the_history(shown):
    figure, result = shown
    line = panel(figure, "Inertia per step").lines[0]
    per_pixel = np.array([step.inertia for step in result.history]) * 255**2 / (160 * 107)
    np.testing.assert_allclose(line.get_ydata(), per_pixel)
    assert per_pixel[-1] == pytest.approx(3 * result.metrics.mse, rel=0.01)


def test_visible_errors_are_shown_as_multiples_of_the_last(flower):
    figure, result = drawn(flower, k=16, objective="perceptual")
    axes = panel(figure, "Inertia per step")
    assert "visible error" in axes.get_ylabel()
    inertias = np.array([step.inertia for step in result.history])
    np.testing.assert_allclose(axes.lines[0].get_ydata(), inertias / inertias[-1])


@pytest.mark.parametrize(("objective", "planes"), [("mse", 2), ("perceptual", 3)])
def test_what_is_seen_is_shown_on_its_own_axes(objective, planes, flower):
    raster = as_raster(flower[::3, ::3])
    result, space = quantized(raster, k=8, effort="fast", dither="bayer", objective=objective)
    how = {"title": "x", "sizes": (1, 1), "seed": 0, "soft": True}
    figure = report.draw(raster, result, space, **how)
    figure.draw_without_rendering()
    check_layout(figure)
    assert "CIEDE2000, blurred" in said(figure)
    names = [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]
    assert names[:planes] == names[planes : 2 * planes]
    assert names[:planes] == ["green", "blue", "lightness"][:planes]


def test_of_an_animation_the_error_is_that_of_all_frames(moving):
    figure, result = moving(k=8)
    assert result.palette.counts.sum() == 2 * 50 * 160
    errors = panel(figure, "Inertia per step, all 2 frames").lines[0].get_ydata()
    assert errors[-1] == pytest.approx(3 * result.metrics.mse, rel=0.01)
    words = said(figure)
    for expected in (
        "Original, frame 1 of 2",
        "8 colors, frame 1 of 2",
        f"Input color space: {result.source_colors:,} colors in all; dots: frame 1 of 2",
        "Reduced color space: 8 colors; dots: frame 1 of 2",
        "CIEDE2000, frame 1 of 2",
        "Centers from seeding to end, all 2 frames",
        "Palette, all 2 frames",
    ):
        assert expected in words
    assert any("160 x 50 pixels   2 frames   k = 8" in text for text in words)
    check_layout(figure)


def test_where_each_frame_has_its_palette_the_search_is_that_of_the_first(moving, flower):
    figure, _ = moving(k=8, per_frame_palette=True)
    errors = panel(figure, "Inertia per step, frame 1 of 2").lines[0].get_ydata()
    first, _ = quantized(as_raster(flower[:50]), k=8)
    assert errors[-1] == pytest.approx(3 * first.metrics.mse, rel=0.01)
    assert "Palette, frame 1 of 2" in said(figure)
    check_layout(figure)


def test_a_given_palette_shows_how_much_of_all_frames_has_each_color(moving):
    colors = np.array([[0, 0, 0], [255, 255, 255], [200, 120, 60]], np.uint8)
    figure, result = moving(palette=Palette(colors, np.zeros(3, np.int64)))
    assert result.palette.counts.sum() == 2 * 50 * 160
    assert "Inertia per step" not in said(figure)
    shares = 100 * result.palette.counts / (2 * 50 * 160)
    assert f"#c8783c\n{share_text(shares[2])}" in said(figure)


def test_centers_end_on_the_palette(shown):
    figure, result = shown
    rings, ends = (
        c for c in panel(figure, "Centers from seeding to end").collections
        if isinstance(c, PathCollection)
    )  # fmt: skip
    final = np.asarray(ends.get_offsets()) * 255
    assert len(rings.get_offsets()) == 16
    palette = result.palette.colors[:, :2].astype(float)
    nearest = np.abs(final[:, None] - palette).max(axis=2).min(axis=1)
    assert nearest.max() < 6


@pytest.mark.parametrize("engine", ["lloyd", "sklearn"])
def test_other_engines_are_shown_too(engine, flower):
    figure, _ = drawn(flower[::2, ::2], k=4, engine=engine)
    assert "Inertia per step" in said(figure)


def test_without_search_there_is_nothing_of_it_to_show(samples):
    figure, _ = drawn(images(None, samples, "sprite.png"), k=16)
    words = said(figure)
    assert "Inertia per step" not in words
    assert any("lossless" in text for text in words)


def test_settings_and_names_of_the_user_make_no_difference(flower):
    raster = as_raster(flower[::4, ::4])
    result, space = quantized(raster, k=2)
    pictures = []
    for settings in ({}, {"savefig.dpi": 3, "font.size": 40, "axes.facecolor": "black"}):
        with mpl.rc_context(settings):
            pictures.append(report.render(raster, result, space, title="x", sizes=(1, 1), seed=0))
    assert pictures[0] == pictures[1]
    with Image.open(io.BytesIO(pictures[0])) as image:
        assert image.format == "PNG"
        assert image.width == 1540


def test_any_name_is_drawn_on_one_line(flower):
    raster = as_raster(flower)
    title = os.fsdecode(b"two\nlines\xff.png")
    figure = report.draw(raster, *quantized(raster, k=2), title=title, sizes=(1, 1), seed=0)
    assert r"two\nlines\udcff.png" in said(figure)


def test_bounds_and_lost_colors_are_shown(flower, tmp_path):
    """Of a run with all of it, nothing overlaps and nothing is cut."""
    Image.fromarray(flower).save(tmp_path / "x.png")
    kept = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "render", lambda *a, **k: kept.append((a, k)) or b"")
        done = quantize_file(
            *(tmp_path / "x.png", tmp_path / "out.png"),
            report=tmp_path / "report.png",
            min_ssim=0.96,
            min_psnr=20,
            max_bytes="1M",
            lost_colors=True,
        )
    ((given, how),) = kept
    assert (how.pop("kind"), how["soft"]) == ("png", False)
    figure = report.draw(*given, **how)
    figure.draw_without_rendering()
    check_layout(figure)
    bounded = done.result.bounded
    assert len(bounded.tried) > 1
    words = said(figure)
    told = "   ".join(words)
    for reached in bounded.reached:
        assert str(reached) in told
    assert "SSIM: what was tried" in words
    assert bounded.lost
    assert any(f"lost color{'s' if len(bounded.lost) > 1 else ''}" in text for text in words)
    after = panel(figure, f"{len(done.result.palette)} colors")
    assert len(after.patches) == min(15, len(bounded.lost))


def test_areas_of_other_frames_are_not_outlined(flower):
    raster = as_raster(flower)
    result, space = quantized(raster, k=4)
    lost = LostColor((0, 52, 66), (60, 51, 58, 32), 1927)
    result = replace(result, bounded=Bounded(False, (), (), (lost,)))
    how = {"title": "x", "sizes": (1, 1), "seed": 0}
    for frames, title in ((1, "4 colors"), (2, "4 colors, frame 1 of 2")):
        figure = report.draw(raster, result, space, frames=frames, **how)
        figure.draw_without_rendering()
        assert len(panel(figure, title).patches) == (frames == 1)
        assert "1 lost color" in said(figure)
        check_layout(figure)
