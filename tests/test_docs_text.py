"""README and docs: their links lead somewhere, their figures are those measured."""

import json
import re
import statistics
from collections import defaultdict
from pathlib import Path

import pytest
from pages import DOCS, ROOT, TEXT, rows, section
from test_package import ROWS


def anchors(text):
    """Return what code hosts make of headings: `# A, b` is #a-b."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXT)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)\s]+)\)", TEXT[page])
    for target in targets:
        if re.match("https?:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (ROOT / page).parent / name if name else ROOT / page
        assert place.resolve().is_relative_to(ROOT), target
        assert place.is_file(), target
        if anchor:
            assert anchor in anchors(place.read_text()), target


@pytest.mark.parametrize("index", ["README.md", "docs/README.md"])
def test_every_page_is_listed(index):
    listed = set(re.findall(r"\]\((?:docs/)?([\w-]+\.md)\)", TEXT[index]))
    assert {Path(page).name for page in DOCS} - {"README.md"} <= listed


def test_the_readme_is_short():
    assert len(TEXT["README.md"].splitlines()) <= 150


# Riddles that readers have stumbled over.
HARD = r"""
is 2\. and|passes to convergence|later has all of them|from what they are by then|counts? alike
when all of it is there|under way|one an? (core|point|color)|files that are no|driver's matter
both are those|which is a program|bits an? (sample|channel)|takes its name
"""


@pytest.mark.parametrize("page", TEXT)
def test_no_sentence_is_a_riddle(page):
    words = " ".join(TEXT[page].split())
    assert not re.search("|".join(HARD.split("\n")[1:-1]), words, re.IGNORECASE)


def figures():
    """Return the rows of the comparison by tool, those of large images apart."""
    found, large = defaultdict(list), {}
    for row in json.loads((ROOT / "benchmarks/comparison.json").read_text())["rows"]:
        if row["excess"] is not None:
            found[row["peer"]].append(row)
        elif row["megapixels"] > 20:
            large[row["peer"]] = row
    return found, large


@pytest.mark.parametrize(
    ("page", "title"), [("README.md", "Compared"), ("docs/compared.md", "Small photographs")]
)
def test_means_are_those_measured(page, title):
    measured, _ = figures()
    found = rows(section(page, title))[2:]
    assert len(found) > 8
    for name, *cells in found:
        own = measured[name]
        excesses = [100 * row["excess"] for row in own]
        assert cells == [
            f"{abs(round(statistics.mean(excesses), 1)):.1f} %",
            f"{max(excesses):.1f} %",
            f"{statistics.mean(row['ssim'] for row in own):.4f}",
            f"{statistics.mean(row['seconds'] for row in own):.2f} s",
        ]


def test_figures_of_the_large_image_are_those_measured():
    _, measured = figures()
    found = rows(section("docs/compared.md", "A large photograph"))[2:]
    assert len(found) == 8
    for name, *cells in found:
        own = measured[name]
        assert cells == [
            f"{own['error']:.1f}",
            f"{own['seconds']:.2f} s",
            f"{own['megabytes']:.0f} MB",
            f"{own['bytes'] / 1e6:.1f} MB",
        ]


def test_figures_of_efforts_are_those_measured():
    measured, _ = figures()
    head, _, *found = rows(section("docs/how-it-works.md", "What more effort gains"))
    assert [cells[0] for cells in found] == ["fast", "normal", "best"]
    for effort, *cells in found:
        own = {f"{row['image']} {row['k']}": row for row in measured[f"colorquant {effort}"]}
        for cell, row in zip(cells, map(own.get, head[1:]), strict=True):
            assert cell == f"{row['error']:.1f}, {row['seconds']:.2f} s"


def test_figures_of_optimizing_are_those_measured():
    measured = {
        (row["level"], row["image"]): row
        for row in json.loads((ROOT / "benchmarks/optimize.json").read_text())["rows"]
    }
    (_, first, _, second, _), _, *found = rows(section("docs/options.md", "Smaller PNGs"))
    assert len(found) == 8
    assert len(measured) == 16
    for level, *cells in found:
        own = [measured[level.strip("`"), image.strip("`")] for image in (first, second)]
        assert cells == [
            text for row in own for text in (f"{row['bytes']:,}", f"{row['ratio']:.1f}")
        ]


def test_figures_of_qualities_are_those_measured():
    photos = json.loads((ROOT / "benchmarks/quality.json").read_text())["photos"].values()
    text = section("docs/bounds.md", "Quality as in pngquant")
    found = [row for row in rows(text) if len(row) == 3][2:]
    shown = [quality for quality, *_ in found]
    assert shown == ["10", "20", "30", "40", "50", "60", "65", "70", "75", "80", "85", "90"]
    for quality, *cells in found:
        assert cells == [
            f"{statistics.median(photo[program][quality] for photo in photos):g}"
            for program in ("pngquant", "colorquant")
        ]


def test_figures_of_the_default_bound_are_those_measured():
    measured = json.loads((ROOT / "benchmarks/bounds.json").read_text())["default"]["rows"]
    known = {(row["image"], row["dithered"]): row for row in measured}
    found = rows(section("docs/bounds.md", "Without a bound: `-k auto`"))[2:]
    assert len(found) == 5
    for name, *cells in found:
        plain, dithered = (known[name.strip("`").partition(".")[0], each] for each in (False, True))
        expected = [
            told
            for row in (plain, dithered)
            for told in (f"{row['k']}", f"{row['scielab']:.2f}", f"{row['ssimulacra2']:.1f}")
        ]
        assert cells == expected


def test_figures_against_pngquant_are_those_measured():
    measured = json.loads((ROOT / "benchmarks/bounds.json").read_text())["pngquant"]["rows"]
    text = section("docs/bounds.md", "Quality as in pngquant")
    found = [row for row in rows(text) if len(row) == 7][2:]
    better = {"photographs": 0, "graphics": 0}
    for (name, *cells), row in zip(found, measured, strict=True):
        pair = row["colorquant"], row["pngquant"]
        told = [(f"{e['k']}", f"{e['bytes']:,}", f"{e['ssimulacra2']:.1f}") for e in pair]
        assert [name, *cells] == [row["image"], *told[0], *told[1]]
        ours, theirs = pair
        fewer = ours["bytes"] < theirs["bytes"]
        better[row["group"]] += fewer and ours["ssimulacra2"] >= theirs["ssimulacra2"]
    assert better == {"photographs": 10, "graphics": 6}
    assert "all ten photographs" in text


def test_figures_of_the_estimator_are_those_measured():
    measured = json.loads((ROOT / "benchmarks/estimator.json").read_text())["rows"]
    _, _, *found = rows(section("docs/python.md", "The estimator"))
    assert len(found) == len(measured) == 16
    for cells, row in zip(found, measured, strict=True):
        models = [row[name] for name in ("MiniBatchKMeans", "fast", "normal")]
        assert cells == [
            row["samples"] + (", weighted" if row["weighted"] else ""),
            str(row["k"]),
            f"1, {row['s']:.2f} s",
            *(
                text
                for each in models
                for text in (f"{each['inertia']:.4f}", f"{each['time']:.2f}")
            ),
        ]
    worst = max(row["normal"]["worst"] for row in measured)
    assert worst <= 1.002
    assert f"the inertia of the default effort is {worst:.4f} times" in " ".join(
        section("docs/python.md", "The estimator").split()
    )
    assert statistics.mean(row["normal"]["inertia"] for row in measured) < 1


def test_figures_of_clusterers_are_those_measured():
    measured = json.loads((ROOT / "benchmarks/clusterers.json").read_text())["rows"]
    _, _, *found = rows(section("docs/clusterers.md", "What they make of a photograph"))
    assert len(found) == len(measured) == 12
    for cells, row in zip(found, measured, strict=True):
        assert cells == [
            row["engine"] if row["engine"] == "colorquant" else f"`{row['engine']}`",
            row["given"] or "all colors, weighted",
            str(row["colors"]),
            f"{row['mse']:.1f}",
            f"{row['own_mse']:.1f}",
            f"{row['seconds']:.2f} s",
        ]
        # The page says that none has a lower error.
        assert row["own_mse"] <= row["mse"]


def test_the_map_shows_all_folders_in_their_rows():
    found = rows(section("CONTRIBUTING.md", "Map of the folders"))[2:]
    shown = [(int(number), name.strip("`")) for number, name, _ in found]
    assert shown == sorted(shown, key=lambda each: each[0])
    assert set(shown) == {(at, name) for at, row in enumerate(ROWS) for name in row if name}


def test_contributors_are_led_to_what_is_there():
    named = r"`((?:colorquant|docs|tests|sample_images)/[\w/.]+)`"
    found = re.findall(named, TEXT["CONTRIBUTING.md"])
    assert len(found) > 20
    for name in found:
        assert (ROOT / name).exists(), name


def test_figures_of_what_the_eye_sees_are_those_measured():
    measured = defaultdict(list)
    for row in json.loads((ROOT / "benchmarks/eyes.json").read_text())["rows"]:
        if row["group"] == "held-out":
            measured[row["peer"], row["dithered"], row["k"]].append(row)
    keys = (("ssimulacra2", 1, 1), ("scielab", 1, 2), ("flip", 1, 3), ("bytes", 1e-3, 0))

    def cell(peer, dithered, key, factor, digits):
        images = [measured[peer, dithered, k] for k in (16, 64, 256)]
        means = (statistics.fmean(row[key] for row in own) if own else None for own in images)
        shown = ("-" if mean is None else f"{mean * factor:.{digits}f}" for mean in means)
        return " / ".join(shown)

    text = section("docs/compared.md", "What the eye sees")
    kinds = text.split("| dithered |")
    for dithered, part in enumerate(kinds):
        lines = [line for line in part.splitlines() if " / " in line]
        assert len(lines) > 10
        for line in lines:
            peer, *cells = [cell.strip() for cell in line.strip("| ").split("|")]
            assert cells == [cell(peer, bool(dithered), *key) for key in keys], peer
