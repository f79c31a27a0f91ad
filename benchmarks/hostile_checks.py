"""What colorquant must do with any file: convert it rightly or refuse it cleanly."""

import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import decoders
import numpy as np
from PIL import Image

import colorquant

# Seconds of work after which it hangs, and those that loading and our own comparing may take.
PATIENCE, LEISURE = 10, 120
COMPARING = "comparing"
# An image of more colors is held to have the nearest of 16.
MOST_COLORS = 65_536
# By which two interpolations of chroma may differ in the mean.
MEAN = 4


class Outcome(StrEnum):
    CONVERTED = "converted"
    REFUSED = "refused cleanly"
    TRACEBACK = "tracebacks"
    CRASH = "crashes"
    HANG = "hangs"
    WRONG = "wrong pixels"


class OffenceError(Exception):
    """Something that colorquant must not do."""

    def __init__(self, outcome: Outcome, what: str):
        super().__init__(what)
        self.outcome = outcome


UNSETTLED = {
    "hopper_rle8_row_overflow.bmp": "of what exceeds its row, ffmpeg draws nothing, Pillow a part",
    "test_extents_transparency.gif": "libvips leaves out a frame that exceeds the screen",
    "9bit.j2k": "nobody but colorquant takes 511 for white, not 65,408",
}
"""Files that decoders read in different ways, which are not compared, and why."""


@dataclass(frozen=True)
class Finding:
    """What became of a file."""

    path: Path
    outcome: Outcome
    what: str = ""
    compared: str = ""
    """By which decoder."""

    @property
    def offending(self) -> bool:
        return self.outcome not in (Outcome.CONVERTED, Outcome.REFUSED)


Say = Callable[[str, int], None]
"""Told of each stage and the seconds that it may take."""


def examine(path: Path, folder: Path, say: Say, *, with_command: bool) -> Finding:
    """Do all that is to be done with a file."""
    output = folder / "out.png"
    compared = ""
    try:
        say("converting", PATIENCE)
        done, refusal = convert(path, output, k=16)
        if done:
            say(COMPARING, LEISURE)
            with suppress(MemoryError):
                compared = compare(path, output, done, say)
        if with_command:
            say("running the command", 2 * LEISURE)
            run_command(path, output, succeeds=done is not None)
    except OffenceError as offence:
        return Finding(path, offence.outcome, str(offence), compared)
    finally:
        clear(folder)
    return Finding(path, Outcome.CONVERTED if done else Outcome.REFUSED, refusal, compared)


def clear(folder: Path) -> None:
    for stray in folder.iterdir():
        stray.unlink()


def convert(path: Path, output: Path, k: int) -> tuple[colorquant.FileResult | None, str]:
    """Convert a file; the result, or None and the reason of a clean refusal."""
    clear(output.parent)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            done = colorquant.quantize_file(
                path, output, k=k, effort="fast", icc="drop", force=True
            )
            refusal = ""
        except colorquant.ColorquantError as error:
            done, refusal = None, str(error)
        except Exception as error:
            raise OffenceError(Outcome.TRACEBACK, described(error)) from error
    for warning in caught:
        if not issubclass(warning.category, colorquant.ColorquantWarning):
            where = f"{Path(warning.filename).name}:{warning.lineno}"
            what = f"{warning.category.__name__}: {warning.message} ({where})"
            raise OffenceError(Outcome.TRACEBACK, what)
    if done is None:
        require_line(refusal, path)
    require_files(output, succeeds=done is not None)
    return done, refusal


def require_line(message: str, path: Path) -> None:
    if len(message.splitlines()) != 1 or str(path) not in message:
        raise OffenceError(Outcome.TRACEBACK, f"not one line that names the file: {message!r}")


def described(error: Exception) -> str:
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return f"{type(error).__name__}: {error} ({' > '.join(frames[-4:])})"


def require_files(output: Path, *, succeeds: bool) -> None:
    names = sorted(path.name for path in output.parent.iterdir())
    if names != ([output.name] if succeeds else []):
        raise OffenceError(Outcome.TRACEBACK, f"left in the folder: {names}")


def run_command(path: Path, output: Path, *, succeeds: bool) -> None:
    """Check exit code, stderr and files of the command."""
    clear(output.parent)
    command = [sys.executable, "-m", "colorquant", str(path), "-o", str(output), "--force"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LEISURE, check=False)
    except subprocess.TimeoutExpired as error:
        raise OffenceError(Outcome.HANG, "the command") from error
    said = done.stderr.decode(errors="backslashreplace").splitlines()
    if done.returncode < 0:
        raise OffenceError(Outcome.CRASH, f"the command: {signal.strsignal(-done.returncode)}")
    if done.returncode != (0 if succeeds else 1):
        raise OffenceError(Outcome.TRACEBACK, f"exit code {done.returncode}: {said[-1:]}")
    start = "Warning: " if succeeds else "Error: "
    if done.stdout or not all(line.startswith(start) for line in said):
        raise OffenceError(Outcome.TRACEBACK, f"the command says: {said[:3]}")
    if not succeeds:
        require_line("\n".join(said), path)
    require_files(output, succeeds=succeeds)


def compare(path: Path, output: Path, done: colorquant.FileResult, say: Say) -> str:
    """Compare an output of 16 colors with its source; return by which decoder, if any.

    It is wrong if no decoder agrees with it.
    """
    if path.name in UNSETTLED:
        return ""
    offences = []
    for expected in outside(decoders.decodings(path)):
        try:
            compare_with(expected, path, output, done, say)
        except OffenceError as offence:
            offences.append(offence)
        else:
            return expected.by
    if offences:
        raise offences[0]
    return ""


def compare_with(
    expected: decoders.Decoded, path: Path, output: Path, done: colorquant.FileResult, say: Say
) -> None:
    require_frames(expected, done)
    wanted = expected.frames[: done.frames]
    if len(distinct(together(wanted))[0]) > MOST_COLORS:
        if done.frames == 1:
            require_nearest(wanted[0], read(output)[0], expected)
        return
    say("converting to all colors", PATIENCE)
    exact, refusal = convert(path, output, k=MOST_COLORS)
    say(COMPARING, LEISURE)
    if exact is None:
        raise OffenceError(Outcome.WRONG, f"refused at k = {MOST_COLORS} only: {refusal}")
    got = read(output)
    if len(got) != len(wanted):
        raise OffenceError(Outcome.WRONG, f"{len(got)} frames written, not {len(wanted)}")
    for number, (was, became) in enumerate(zip(wanted, got, strict=True)):
        require_equal(was, became, expected, number)


def outside(found: Iterator[decoders.Decoded]) -> Iterator[decoders.Decoded]:
    """Go on with the decoders while Pillow has no limit; colorquant works with its own."""
    while True:
        with our_pillow():
            expected = next(found, None)
        if expected is None:
            return
        yield expected


@contextmanager
def our_pillow() -> Iterator[None]:
    """Use Pillow with no limit and no warnings; not so while colorquant is at work."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def read(path: Path) -> list[np.ndarray]:
    """Return the frames of what colorquant has written."""
    found = next(outside(decoders.decodings(path)), None)
    if found is None:
        raise OffenceError(Outcome.WRONG, "the output cannot be decoded")
    return found.frames


def together(frames: list[np.ndarray]) -> np.ndarray:
    """Return the pixels of all frames as one image."""
    return np.concatenate([frame.reshape(-1, 1, 4) for frame in frames])


def require_frames(expected: decoders.Decoded, done: colorquant.FileResult) -> None:
    """Hold an output to have all frames; the first one only of pages that differ in size."""
    sizes = {frame.shape for frame in expected.frames}
    count = 1 if len(sizes) > 1 else len(expected.frames)
    if done.frames != count:
        raise OffenceError(Outcome.WRONG, f"{done.frames} frames, not {count}")


def distinct(*images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the combinations of colors at the same place, (n, images, 4), and their counts."""
    packed = np.stack([image.reshape(-1, 4).copy().view(np.uint32)[:, 0] for image in images])
    codes = packed[0].astype(np.uint64)
    for more in packed[1:]:
        codes = codes << np.uint64(32) | more
    found, counts = np.unique(codes, return_counts=True)
    shifts = [np.uint64(32 * place) for place in reversed(range(len(images)))]
    columns = [(found >> shift).astype(np.uint32).view(np.uint8).reshape(-1, 4) for shift in shifts]
    return np.stack(columns, axis=1).astype(int), counts


def require_size(expected: np.ndarray, got: np.ndarray) -> None:
    if expected.shape != got.shape:
        sizes = "{1}x{0}, not {3}x{2}".format(*got.shape[:2], *expected.shape[:2])
        raise OffenceError(Outcome.WRONG, sizes)


def require_equal(
    expected: np.ndarray, got: np.ndarray, source: decoders.Decoded, number: int
) -> None:
    """Hold a frame to be unchanged, but for colors that cannot be seen."""
    require_size(expected, got)
    pairs, counts = distinct(expected, got)
    was, became = pairs[:, 0], pairs[:, 1]
    seen = pairs[:, :, 3].max(axis=1) > source.slack
    difference = abs(was - became).max(axis=1) * seen
    if source.background is not None:
        difference[(became[:, 3] == 0) & (was == source.background).all(axis=1)] = 0
    if source.loose and (difference @ counts) / counts.sum() <= MEAN:
        return
    off = difference > source.slack
    if off.any():
        example = f"{was[off][0].tolist()} -> {became[off][0].tolist()}"
        what = f"{counts[off].sum():,} pixels of frame {number} differ from {source.by}'s"
        raise OffenceError(Outcome.WRONG, f"{what}: {example}")


def require_nearest(expected: np.ndarray, got: np.ndarray, source: decoders.Decoded) -> None:
    """Hold an opaque image to have 16 colors, and the nearest of them at each pixel."""
    require_size(expected, got)
    if (expected[:, :, 3] < 255).any() or source.loose:
        return
    palette = distinct(got)[0][:, 0]
    if len(palette) != 16 or (palette[:, 3] < 255).any():
        raise OffenceError(Outcome.WRONG, f"{len(palette)} colors, not 16, or not opaque")
    pairs, counts = distinct(expected, got)
    own = np.linalg.norm(pairs[:, 0] - pairs[:, 1], axis=1)
    least = np.full(len(pairs), np.inf)
    for color in palette:
        np.minimum(least, np.linalg.norm(pairs[:, 0] - color, axis=1), out=least)
    far = own > least * (1 + 1e-6) + 2 * np.sqrt(3) * source.slack
    if far.any():
        was, became = pairs[far][0].tolist()
        what = f"{counts[far].sum():,} pixels not the nearest color"
        raise OffenceError(Outcome.WRONG, f"{what}, by {source.by}: {was} -> {became}")
