"""The gallery of thousands of images in Chromium: ``python benchmarks/gallery.py``.

Prints how long a page of 5,000 pictures takes until something is seen, and until a search and a
sort are shown, and how much longer a run takes with a gallery. It needs the extra
``colorquant[browser]`` and Chromium.
"""

import argparse
import itertools
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from colorquant.pipeline import gallery as making
from colorquant.pipeline.pictures import picture_of_pair
from colorquant.report.gallery.picture import Entry
from colorquant.storage.files import Writing

SAMPLES = Path(__file__).parent.parent / "sample_images"
PAINT = """() => new Promise(done => {
    const look = () => {
        const found = performance.getEntriesByName("first-contentful-paint")[0];
        found ? done(found.startTime) : setTimeout(look, 20);
    };
    look();
})"""
# From the change until the frame that shows it.
CHANGE = """([id, value, kind]) => new Promise(done => {
    const start = performance.now(), field = document.getElementById(id);
    field.value = value;
    field.dispatchEvent(new Event(kind, { bubbles: true }));
    const wait = kind === "input" ? 60 : 0;
    setTimeout(() => requestAnimationFrame(() => setTimeout(
        () => done(performance.now() - start - wait))), wait);
})"""


def make(folder: Path, number: int) -> Path:
    """Write a gallery of photographs, each a little different, with a palette of 64 colors."""
    with Image.open(SAMPLES / "china.jpg") as photo:
        pixels = np.asarray(photo.resize((320, 213)))
    with Image.open(SAMPLES / "china.jpg") as photo:
        after = np.asarray(photo.resize((320, 213)).quantize(64).convert("RGB"))
    picture = picture_of_pair(pixels, after)
    gallery = making.Gallery(folder / "page.html", Writing())
    making._MOST = 0
    names = itertools.count()
    # A preview has the name of its contents, so a few more bytes make another one of it.
    for number_of_it in range(number):
        tail = next(names).to_bytes(4)
        shots = {
            key: replace(shot, data=shot.data + tail if len(shot.data) > 1024 else shot.data)
            for key, shot in picture.shots.items()
        }
        own = replace(picture, shots=shots, bytes=(90_000 + number_of_it, 30_000))
        gallery.add(Entry(f"photos/{number_of_it:05}.jpg", "done", picture=own))
    gallery.write()
    return folder / "page.html"


def measure(page: Path, trials: int) -> None:
    """Print the times of a page in the browser, in milliseconds."""
    from playwright.sync_api import sync_playwright

    rows: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for _ in range(trials):
            tab = browser.new_page(viewport={"width": 1280, "height": 800})
            tab.goto(page.as_uri())
            changes = {
                "search": ["search", "0499", "input"],
                "all again": ["search", "", "input"],
                "sort": ["sort", "saved", "change"],
            }
            found = {"first paint": tab.evaluate(PAINT)}
            loaded = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
            found["all is there"] = tab.evaluate(loaded)
            found |= {name: tab.evaluate(CHANGE, change) for name, change in changes.items()}
            for name, value in found.items():
                rows.setdefault(name, []).append(value)
            tab.close()
        version = browser.version
        browser.close()
    print(f"Chromium {version}, page of {page.stat().st_size / 1e6:.1f} MB\n")
    print("| | ms, median | ms, largest |\n| --- | --- | --- |")
    for name, values in rows.items():
        print(f"| {name} | {statistics.median(values):.0f} | {max(values):.0f} |")


def cost(folder: Path, trials: int) -> None:
    """Print how long runs take with a gallery, as a multiple of those without one."""
    source = folder / "photos"
    source.mkdir()
    with Image.open(SAMPLES / "china.jpg") as photo:
        for index in range(24):
            box = (index * 4, index * 2, 640 - index * 4, 427 - index * 2)
            photo.resize((640, 427), box=box).save(source / f"{index:02}.png")
    print("\n| -k | seconds | with --gallery | ratio |\n| --- | --- | --- | --- |")
    for k in (16, 64, 256):
        times: dict[bool, list[float]] = {False: [], True: []}
        for wanted in [False, True] * trials:
            shutil.rmtree(folder / "out", ignore_errors=True)
            (folder / "out.html").unlink(missing_ok=True)
            more = ["--gallery", folder / "out.html"] if wanted else []
            call = [sys.executable, "-m", "colorquant", source, "-k", k, "-o", folder / "out"]
            start = time.perf_counter()
            subprocess.run([*map(str, [*call, *more]), "-q"], check=True)
            times[wanted].append(time.perf_counter() - start)
        ratio = statistics.median(b / a for a, b in zip(times[False], times[True], strict=True))
        told = " | ".join(f"{statistics.median(each):.2f}" for each in times.values())
        print(f"| {k} | {told} | {ratio:.2f} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=5000)
    parser.add_argument("--trials", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(make(Path(name), asked.number), asked.trials)
        cost(Path(name), asked.trials)


if __name__ == "__main__":
    main()
