"""The hook for pre-commit: run as pre-commit would, a second run finds nothing to do."""

import shlex
from pathlib import Path

import pytest
import yaml
from helpers import run
from PIL import Image

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


@pytest.fixture
def pictures(tmp_path, samples):
    """Two that get smaller by few colors, and one that has few and is as small as it gets."""
    with Image.open(samples / "flower.jpg") as flower:
        parts = [flower.crop((at, 100, at + 90, 170)) for at in (100, 300)]
    for number, part in enumerate(parts):
        part.save(tmp_path / f"part {number}.png")
    run(tmp_path / "part 0.png", "-k", 32, "-o", tmp_path / "few.png")
    return sorted(tmp_path.glob("*.png"))


def hooked(pictures):
    """Run the hook, and return the bytes of each file before and after."""
    before = [path.read_bytes() for path in pictures]
    entry, *words = shlex.split(HOOK["entry"])
    assert entry == "colorquant"
    done = run(*words, *HOOK["args"], *pictures)
    assert (done.exit_code, done.output) == (0, "")
    return before, [path.read_bytes() for path in pictures]


@pytest.mark.parametrize("recorded", [True, False])
def test_it_changes_files_once(pictures, recorded):
    before, after = hooked(pictures)
    changed = {
        path.name: len(new) / len(old)
        for path, old, new in zip(pictures, before, after, strict=True)
        if old != new
    }
    assert list(changed) == ["part 0.png", "part 1.png"]
    assert max(changed.values()) <= 0.95
    for path in pictures:
        with Image.open(path) as image:
            assert image.mode == "P"
            assert len(image.getcolors()) <= 256
    # Another checkout has no record of what was done.
    for record in pictures[0].parent.glob(".colorquant-*"):
        if not recorded:
            record.unlink()
    again, unchanged = hooked(pictures)
    assert again == after == unchanged


def test_it_takes_what_it_can_replace_in_place():
    assert HOOK["id"] == "colorquant"
    assert HOOK["language"] == "python"
    assert HOOK["types_or"] == ["png"]
    assert HOOK["require_serial"] is True


def test_a_broken_picture_fails(pictures):
    pictures[0].write_bytes(pictures[0].read_bytes()[:300])
    done = run(*shlex.split(HOOK["entry"])[1:], *HOOK["args"], *pictures)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {pictures[0]}: ")
