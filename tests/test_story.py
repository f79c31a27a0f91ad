"""The k-means story: its figures are those computed, its Python and its notebook run."""

import importlib
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from pages import ROOT, TEXT, blocks
from PIL import Image
from sklearn.metrics import confusion_matrix

PAGE = "docs/kmeans.md"
EXAMPLES = ROOT / "examples"
NOTEBOOK = EXAMPLES / "kmeans.ipynb"


@pytest.fixture
def script(monkeypatch):
    """Import a script of the examples by its name."""
    monkeypatch.syspath_prepend(EXAMPLES / "kmeans")
    return importlib.import_module


# How the page says 0.
NONE = 0

# What stands in each section, and the script that its figures are from.
SAID = {
    "Blobs and their centers": (
        "blobs",
        *("are {points} points", "groups, k = {k}, and", "at most {farthest:.3f} away"),
        "In pass {passes} nothing",
    ),
    "A start that ends badly": (
        "starts",
        *("that of seed {blobs_seed}.", "{blobs_ratio:.1f} times as high"),
        *("Of {tried} random starts, {blobs_bad} end badly", "there are {grid_k} blobs"),
        "of {blobs_tries} such tries, {blobs_restarted_bad} end badly",
        "Of {tried} starts, {grid_bad} end badly; and of {grid_tries} tries",
        "still {grid_restarted_bad} do",
        "same {tried} starts, with {blobs_k} blobs as with {grid_k}, {ours_bad} end badly",
        "and {ours_best:.0f} is the lowest",
    ),
    "How many clusters?": (
        "choosing",
        *("by {gain_4:.0%}, and", "only by {gain_5:.0%}.", "*elbow* at k = {elbow}."),
        "lowest at k = {lowest_bic}.",
    ),
    "Straight boundaries": (
        "moons",
        *("these {points} points", "puts {straight:.1%} on", "gets {spectral:.0%} right"),
        *("its {neighbors} nearest", "{embedded:.0%} of them right"),
    ),
    "Many points": (
        "batches",
        *("With {points:,} points and {clusters} centers", "more than {few_points:,} points"),
        "After {few} mini-batches of {batch:,} points",
        *("after {few_passes} full passes", "get there {few_gain:.0f} times as fast. But"),
        *("after {most:,} mini-batches", "still {most_excess:.1%} higher", "after {passes} of"),
        *("is {ours_saved:.1%} lower", "reached {ours_gain:.0f} times as fast"),
    ),
    "Written digits": (
        "digits",
        *("{pictures:,} pictures", "of {side} by {side} pixels", "with {dimensions} coordinates"),
        *("Then {accuracy:.1%} of", "to the {accuracy:.1%} of our", "EM from {starts} starts"),
        *("the digit {digit}: {taken} of its {of_digit} pictures", "cluster of {taken_for}."),
        "{most_accurate:.1%} right, though its inertia is {most_accurate_excess:.1%} higher",
        *("only {least_accurate:.1%}.", "the {starts} starts, {ends_below} ends below it"),
        *("by {lowest_end_saved:.3%}.", "{plane_accuracy:.1%} are right"),
        "only {plane_taken} ones are left",
    ),
    "Colors": (
        "colors",
        *("with the {k} that", "has {pixels:,} pixels", "{distinct:,} distinct colors"),
        *("{share:.0%} of that", "same {passes} passes to the same {k} centers"),
        *("error of {error_by_pixels:.1f} a pixel", "ends with {error_by_colors:.1f}."),
    ),
}


def prose(title):
    """Return the text of a section on one line, without code, pictures and the places of links."""
    text = TEXT[PAGE].replace("\u00a0", " ").replace(" %", "%")
    text = re.sub(r"^```.*?^```|^!\[.*?\)$", "", text, flags=re.MULTILINE | re.DOTALL)
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(re.sub(r"\]\(.*?\)", "]", found[1]).split())


def test_sections_are_all_there():
    assert re.findall("^## (.*)$", TEXT[PAGE], re.MULTILINE) == list(SAID)


@pytest.mark.parametrize("title", SAID)
def test_figures_are_those_computed(title, script):
    name, *said = SAID[title]
    numbers = script(name).numbers()
    CHECKS.get(name, lambda *_: None)(numbers, script)
    known = {key: "none" if value is NONE else value for key, value in numbers.items()}
    rest = prose(title)
    for each in said:
        phrase = each.format(**known)
        assert phrase in rest, phrase
        rest = rest.replace(phrase, "")
    assert not re.search(r"\d", re.sub("t-SNE", "", rest)), rest


def check_blobs(numbers, script):
    assert np.allclose(numbers["step_by_hand"], numbers["step_by_engine"])
    assert numbers["points"] == len(script("blobs").blobs())
    _, places = script("blobs").track()
    assert not np.allclose(places[-3], places[-2])


def check_digits(numbers, script):
    assert numbers["shown"] == list(range(10))
    assert numbers["accuracy"] >= 0.785
    assert numbers["plane_accuracy"] >= 0.93
    digits = script("digits")
    labels, shown = np.random.default_rng(0).integers(10, size=(2, 500))
    ours = digits.confusion(labels, shown)
    assert (ours == confusion_matrix(shown, digits.majority(labels, shown)[labels])).all()
    assert ours.trace() == round(500 * digits.accuracy(labels, shown))


def check_colors(numbers, script):
    assert numbers["passes"] == numbers["passes_by_colors"]
    by_pixels, by_colors = numbers["centers"]
    assert by_pixels.shape == (16, 3)
    assert np.allclose(by_pixels, by_colors, rtol=0, atol=1e-6)


CHECKS = {"blobs": check_blobs, "digits": check_digits, "colors": check_colors}


def comments(code):
    """Yield expressions of a block and what is said to be their value."""
    for line in code.splitlines():
        expression, _, comment = line.partition("  # ")
        if said := re.search(r"(?:^| )(True|False|[\d.]+|\(\d+,.*\))$", comment):
            yield expression, said[1]


def test_python_runs_on_the_data_of_the_scripts(script, photo, monkeypatch):
    found = blocks(TEXT[PAGE], "python")
    assert len(found) == 9
    photo.rename(photo.with_name("flower.jpg"))
    monkeypatch.chdir(photo.parent)
    names, checked = {}, 0
    for code in found:
        exec(compile(code, PAGE, "exec"), names)
        for expression, said in comments(code):
            value = eval(expression.rpartition(" = ")[2], names)
            if said.startswith("("):
                assert str(value.shape) == said, expression
            elif said in {"True", "False"}:
                assert str(value) == said, expression
            else:
                assert f"{value:.{len(said.partition('.')[2])}f}" == said, expression
            checked += 1
    assert checked == 9
    inertias = [step.inertia for step in names["passes"]]
    assert all(later <= earlier for earlier, later in pairwise(inertias))
    assert np.array_equal(names["points"], script("blobs").blobs())
    assert np.array_equal(names["squares"], script("starts").grid())
    assert np.array_equal(names["moons"], script("moons").moons()[0])
    *_, last = script("batches").mini_batches(names["points"], names["points"][::80], 10, 32)
    assert np.array_equal(names["roughly"], last)


def test_pictures_are_those_drawn_and_small(script):
    linked = re.findall(r"^!\[[^]]{20,}\]\(kmeans/(\w+)\.png\)$", TEXT[PAGE], re.MULTILINE)
    stored = {path.stem for path in (ROOT / "docs/kmeans").iterdir()}
    assert sorted(linked) == sorted(script("draw").PICTURES)
    assert set(linked) == stored
    for name in linked:
        path = ROOT / f"docs/kmeans/{name}.png"
        assert path.stat().st_size <= 80_000
        with Image.open(path) as image:
            assert image.mode == "P"
            assert image.width == 1000


def test_times_have_the_form_that_is_measured(script):
    batches = script("batches")
    stored = json.loads(batches.STORE.read_text())
    tiny = batches.measured(3000, 8, 1)
    assert stored.keys() == tiny.keys()
    assert stored["searches"].keys() == tiny["searches"].keys()
    for name, rows in tiny["searches"].items():
        assert rows[0].keys() == stored["searches"][name][0].keys()
        assert rows[-1]["inertia"] < rows[0]["inertia"]
    assert batches.numbers(tiny)["points"] == 3000


def test_the_notebook_is_the_page_without_outputs(script):
    text = NOTEBOOK.read_text()
    assert text == script("notebook").notebook(TEXT[PAGE])
    for cell in json.loads(text)["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_sliders_are_not_needed(script, monkeypatch):
    monkeypatch.setitem(script("sys").modules, "ipywidgets", None)
    shown = script("sliders").interact(lambda k, step: (k, step), k=(1, 8, 4), step=(0, 9, 1))
    assert shown == (4, 1)


@pytest.mark.thorough
def test_the_notebook_runs(monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("KMEANS_STARTS", "20")
    cells = nbformat.read(NOTEBOOK, 4)
    place = {"metadata": {"path": str(EXAMPLES)}}
    # The client may learn that a cell with sliders is done only when its time is up.
    done = NotebookClient(cells, timeout=60, resources=place).execute()
    outputs = [output.get("data", {}) for cell in done.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in data for data in outputs) == 13
    widgets = "application/vnd.jupyter.widget-view+json"
    assert sum(widgets in data for data in outputs) == 2


@pytest.mark.thorough
def test_pictures_can_be_drawn_again(script, tmp_path):
    for path in script("draw").draw_all(tmp_path):
        assert path.stat().st_size <= 80_000


@pytest.mark.thorough
def test_a_plane_computed_afresh_is_as_good(script):
    digits = script("digits")
    pixels, shown = digits.load()
    found = digits.KMeans(10).fit(digits.embedded(pixels))
    assert digits.accuracy(found.labels_, shown) >= 0.9


@pytest.mark.thorough
def test_a_million_points_end_where_they_did(script):
    batches = script("batches")
    stored = json.loads(batches.STORE.read_text())["searches"]
    for name, rows in batches.measured(rounds=1)["searches"].items():
        inertias = [row["inertia"] for row in rows]
        assert inertias == pytest.approx([row["inertia"] for row in stored[name]]), name
