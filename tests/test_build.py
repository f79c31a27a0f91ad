"""What is built: the long description with an address and without, and what is packed."""

import re
import shutil
import tarfile
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling import build
from readme_renderer import markdown

from colorquant import __version__
from colorquant.cli.main import main
from colorquant.cli.shown.manpage import manual_page

ROOT = Path(__file__).parent.parent
ADDRESS = "https://host.example/owner/colorquant/blob/main"
README = (ROOT / "README.md").read_text()
ASSETS = {
    f"colorquant/report/gallery/{name}" for name in ("gallery.css", "gallery.js", "viewer.html")
}
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """As much of a checkout as a wheel needs."""
    place = tmp_path / "checkout"
    shutil.copytree(ROOT / "colorquant", place / "colorquant", ignore=lambda *_: ["__pycache__"])
    for name in ("pyproject.toml", "hatch_build.py", "LICENSE", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, place)
    monkeypatch.chdir(place)
    return place


def described(checkout):
    """Build a wheel, and return its metadata and long description."""
    name = build.build_wheel(str(checkout.parent))
    with ZipFile(checkout.parent / name) as wheel:
        path = next(path for path in wheel.namelist() if path.endswith(".dist-info/METADATA"))
        metadata = BytesParser().parsebytes(wheel.read(path))
    return metadata, metadata.get_payload(decode=True).decode()


def test_the_wheel_installs_the_manual_page(checkout):
    name = build.build_wheel(str(checkout.parent))
    with ZipFile(checkout.parent / name) as wheel:
        (path,) = [path for path in wheel.namelist() if path.endswith(".1")]
        page = wheel.read(path).decode()
    assert path == f"colorquant-{__version__}.data/data/share/man/man1/colorquant.1"
    released = re.search(r"^## \[(.*)\] - (\d{4}-\d\d-\d\d)$", CHANGELOG, re.MULTILINE)
    assert released[1] == __version__
    assert page == manual_page(main, "colorquant", __version__, released[2])


class Links(HTMLParser):
    """Collects where links lead and where pictures are."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            # The renderer lets each heading link to itself.
            if name in ("href", "src") and not value.startswith("#user-content-"):
                self.found.append((name, value))


def test_without_an_address_the_readme_stays_as_it_is(checkout):
    metadata, text = described(checkout)
    assert text == README
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata["Author"] == "colorquant contributors"
    assert not metadata.get_all("Project-URL")


@pytest.mark.parametrize("end", ["", "/"])
def test_with_an_address_all_links_work_elsewhere(checkout, end):
    project = checkout / "pyproject.toml"
    changed = project.read_text().replace('\naddress = ""\n', f'\naddress = "{ADDRESS}{end}"\n')
    assert changed.count(ADDRESS) == 1
    project.write_text(changed)
    example = "\n`[code](code.md)` [own](#use)\n\n```sh\n[block](block.md)\n```\n"
    (checkout / "README.md").write_text(README + example)
    _, text = described(checkout)
    assert "`[code](code.md)`" in text
    assert "[block](block.md)" in text

    links = Links()
    links.feed(markdown.render(text))
    assert len(links.found) == len(re.findall(r"\]\(", README)) + 1
    assert {name for name, _ in links.found} == {"href", "src"}
    for name, target in links.found:
        base = ADDRESS if name == "href" else ADDRESS.replace("/blob/", "/raw/")
        assert target.startswith(f"{base}/"), target
        path, _, anchor = target.removeprefix(f"{base}/").partition("#")
        assert (ROOT / path).is_file(), target
        assert anchor in ("", "use")


def test_the_source_has_what_its_readme_names(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    name = build.build_sdist(str(tmp_path))
    with tarfile.open(tmp_path / name) as packed:
        found = {path.partition("/")[2] for path in packed.getnames()}
    named = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]*)\)", README)}
    assert named <= found
    pages = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.*")}
    others = {
        ".pre-commit-hooks.yaml",
        "hatch_build.py",
        "tests/test_build.py",
        "benchmarks/README.md",
        "examples/kmeans.ipynb",
    }
    assert pages | others | ASSETS <= found


def test_the_wheel_has_what_galleries_are_made_of(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    name = build.build_wheel(str(tmp_path))
    with ZipFile(tmp_path / name) as packed:
        assert set(packed.namelist()) >= ASSETS
