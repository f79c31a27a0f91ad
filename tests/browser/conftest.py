"""A browser, and galleries to open in it. `.ci/browser` installs what these tests need."""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from browserchecks import HOSTILE
from helpers import run
from PIL import Image

from colorquant.pipeline import gallery as making


def photograph(width, height):
    """A gradient with a small red area that few colors leave out."""
    down, across = np.mgrid[0:height, 0:width]
    pixels = np.stack([across * 120 // width, down * 200 // height, down * 0 + 120], axis=2)
    pixels[height // 2 :, : width // 8] = (230, 10, 20)
    return pixels.astype(np.uint8)


def write_images(folder):
    """Write images of all kinds."""
    folder.mkdir()
    for name in HOSTILE:
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        drawing = Image.fromarray(photograph(16, 12)).convert("RGBA")
        drawing.putpixel((0, 0), (0, 0, 0, 0))
        drawing.save(place)
    Image.fromarray(photograph(120, 80)).save(folder / "photo.png")
    Image.fromarray(photograph(1200, 900)).save(folder / "large.png")
    frames = [Image.fromarray(np.roll(photograph(60, 40), 9 * each, axis=1)) for each in range(3)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A folder with images and their galleries: `one.html`, and `many.html` with its folder."""
    folder = tmp_path_factory.mktemp("gallery")
    write_images(folder / "in")
    call = ["in", "-r", "-k", "6", "--effort", "fast", "-q", "--jobs", "1", "-o", "out"]
    before, most = Path.cwd(), making._MOST
    os.chdir(folder)
    try:
        assert run(*call, "--gallery", "one.html").exit_code == 1
        making._MOST = 0
        assert run(*call, "--gallery", "many.html").exit_code == 1
    finally:
        os.chdir(before)
        making._MOST = most
    return folder


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    place = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        # Chromium runs as root only without its sandbox, as in a container.
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page in the browser, with what it asked for and complained of."""

    def __init__(self, context):
        self.requests, self.complaints = [], []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def asked(self):
        """Return the URLs that were asked for, without those of data."""
        return [url for url in self.requests if not url.startswith("data:")]


@pytest.fixture
def visit(chromium):
    """Open a page; afterwards, nothing may have been complained of."""
    contexts, pages = [], []

    def go(place, width=1280, height=800, **settings):
        contexts.append(
            chromium.new_context(viewport={"width": width, "height": height}, **settings)
        )
        opened = Opened(contexts[-1])
        pages.append(opened)
        opened.page.goto(place if isinstance(place, str) else place.as_uri())
        return opened

    yield go
    for each in pages:
        assert each.complaints == []
    for each in contexts:
        each.close()


@pytest.fixture(scope="session")
def served(made):
    """The address of the folder with the galleries."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=made)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
