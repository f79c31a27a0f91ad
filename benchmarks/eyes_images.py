"""The images that what the eye sees is measured on: photographs out of packages, and drawn ones.

Photographs are the middle of the whole, 512 x 384. Constants are tuned on TUNE, HELD_OUT is for
reports.
"""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

SIZE = (512, 384)
SAMPLES = Path(__file__).parent.parent / "sample_images"


@dataclass(frozen=True)
class Photo:
    """A photograph and the package that it is in."""

    package: str
    path: str

    def found(self, cached: Path) -> Path | None:
        """Return the file; Debian's packages are downloaded if they are not installed."""
        if self.package == "sample_images":
            return _existing(SAMPLES / self.path)
        if self.package == "baboon-image":
            return _existing(Path("node_modules") / self.package / self.path)
        if self.package == "skimage":
            spec = find_spec("skimage")
            return _existing(Path(spec.origin).parent / self.path) if spec else None
        installed = _existing(Path("/usr/share/backgrounds") / self.path)
        return installed or _existing(
            unpacked(self.package, cached) / "usr/share/backgrounds" / self.path
        )


def _existing(path: Path) -> Path | None:
    return path if path.exists() else None


_OLDER, _NEWER, _MATE = "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04", "mate-backgrounds"
HELD_OUT = {
    "bridge": Photo(_OLDER, "Bridge_by_Sander_Klootwijk.jpg"),
    "dragonfly": Photo(_OLDER, "Dragonfly_by_Bolly.jpg"),
    "brushes": Photo(_OLDER, "Picture_1A_by_freespace.jpg"),
    "hills": Photo(_OLDER, "aitzgorri_by_Aitzol_Berasategi.jpg"),
    "dogs": Photo(_OLDER, "friends_by_Aitzol_Berasategi.jpg"),
    "dandelions": Photo(_OLDER, "seeding_by_Clements_Engelhardt.jpg"),
    "sunset": Photo(_OLDER, "sunset_by_Aitzol_Berasategi.jpg"),
    "storm": Photo(_MATE, "mate/nature/Storm.jpg"),
    "ladybird": Photo(_MATE, "mate/nature/LadyBird.jpg"),
    "astronaut": Photo("skimage", "data/astronaut.png"),
}
TUNE = {
    "flower": Photo("sample_images", "flower.jpg"),
    "china": Photo("sample_images", "china.jpg"),
    "coffee": Photo("skimage", "data/coffee.png"),
    "rocket": Photo("skimage", "data/rocket.jpg"),
    "motorcycle": Photo("skimage", "data/motorcycle_left.png"),
    "baboon": Photo("baboon-image", "baboon.png"),
    "table": Photo(_OLDER, "Wine_by_Jakkub_Mede.jpg"),
    "mountains": Photo(_OLDER, "picosdeeuropa_by_Aitzol_Berasategi.jpg"),
    "stream": Photo(_OLDER, "life_by_Aitzol_Berasategi.jpg"),
    "nuthatch": Photo(_NEWER, "Kleiber_by_Lukas_Baubkus.jpg"),
}


def unpacked(package: str, cached: Path) -> Path:
    """Return a folder with the files of a Debian package."""
    place = cached / "packages" / package
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                ["apt-get", "download", "-q", package],
                cwd=place.parent,
                check=True,
                capture_output=True,
            )
            archive = max(place.parent.glob(f"{package}_*.deb"))
            subprocess.run(["dpkg-deb", "-x", archive, place], check=True)
        except (OSError, subprocess.CalledProcessError, ValueError):
            print(f"Skipped: {package} cannot be downloaded.")
    return place


def middle(image: Image.Image) -> Image.Image:
    """Return the middle of an image."""
    return ImageOps.fit(image, SIZE, Image.Resampling.LANCZOS)


def photographs(
    photos: dict[str, Photo],
    folder: Path,
    cached: Path,
    sized: Callable[[Image.Image], Image.Image] = middle,
) -> dict[str, Path]:
    """Write photographs that can be had, at another size, and return the files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, photo in photos.items():
        path = folder / f"{name}.png"
        if not path.exists():
            source = photo.found(cached)
            if source is None:
                print(f"Skipped: {name}, as the package {photo.package} is not here.")
                continue
            with Image.open(source) as image:
                upright = ImageOps.exif_transpose(image).convert("RGB")
            # Without a profile: some peers would convert by it, and be judged for that.
            Image.fromarray(np.asarray(sized(upright))).save(path)
        made[name] = path
    return made


def drawings(drawn: dict[str, Callable[[], Image.Image]], folder: Path) -> dict[str, Path]:
    """Draw the images that are not photographs, and return the files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {name: folder / f"{name}.png" for name in drawn}
    for name, draw in drawn.items():
        draw().save(made[name])
    return made


def _grid() -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of each pixel, 0 to 1."""
    width, height = SIZE
    return np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))


def _ramp(stops: list[tuple[int, int, int]], place: np.ndarray) -> np.ndarray:
    """Return colors between evenly spaced stops."""
    places = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(place, places, each) for each in zip(*stops, strict=True)], -1)


def _image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def gray() -> Image.Image:
    """Draw black to white, above from left to right, below more steeply aslant."""
    x, y = _grid()
    aslant = np.abs((2 * x + y) % 2 - 1)
    return _image(np.repeat(np.where(y < 0.5, x, aslant)[..., None] * 255, 3, axis=2))


def sky() -> Image.Image:
    """Draw a clear evening sky with a glow where the sun has set."""
    x, y = _grid()
    pixels = _ramp([(38, 76, 140), (98, 150, 205), (190, 205, 215), (250, 205, 150)], y)
    glow = np.exp(-((x - 0.7) ** 2 / 0.08 + (y - 1) ** 2 / 0.1))[..., None]
    return _image(pixels + glow * (np.array([255, 190, 110]) - pixels) * 0.8)


def dark() -> Image.Image:
    """Draw a dim lamp in a dark room."""
    x, y = _grid()
    lamp = np.exp(-((x - 0.35) ** 2 + (y - 0.4) ** 2) / 0.12)[..., None]
    far = np.exp(-((x - 0.9) ** 2 + (y - 0.9) ** 2) / 0.2)[..., None]
    return _image(np.array([6, 6, 9]) + lamp * [52, 40, 26] + far * [4, 14, 30])


def interface() -> Image.Image:
    """Draw a window with text, buttons, a list and a chart."""
    image = Image.new("RGB", SIZE, (243, 244, 246))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 511, 33), fill=(44, 62, 92))
    pen.text((14, 8), "Quarterly report", (255, 255, 255), ImageFont.load_default(16))
    for place, color in enumerate([(237, 106, 94), (245, 191, 79), (98, 197, 84)]):
        pen.ellipse((440 + 22 * place, 10, 453 + 22 * place, 23), fill=color)
    pen.rectangle((0, 34, 131, 383), fill=(228, 231, 237))
    for row, text in enumerate(["Overview", "Orders", "Customers", "Stock", "Settings"]):
        if row == 1:
            pen.rounded_rectangle((8, 48 + 30 * row, 123, 72 + 30 * row), 6, fill=(59, 130, 246))
        ink = (255, 255, 255) if row == 1 else (55, 65, 81)
        pen.text((18, 52 + 30 * row), text, ink, ImageFont.load_default(13))
    pen.rounded_rectangle((148, 50, 496, 216), 8, fill=(255, 255, 255), outline=(209, 213, 219))
    for bar, height in enumerate([40, 62, 55, 90, 74, 110, 96, 125]):
        left = 170 + 39 * bar
        color = (37, 99, 235) if bar % 2 else (16, 185, 129)
        pen.rectangle((left, 200 - height, left + 24, 200), fill=color)
    for row in range(5):
        top = 232 + 22 * row
        pen.text((152, top), f"Order {1041 + row}", (31, 41, 55), ImageFont.load_default(12))
        state, ink = (("paid", (5, 122, 85)), ("open", (180, 83, 9)))[row % 2]
        pen.text((300, top), state, ink, ImageFont.load_default(12))
        pen.text((420, top), f"{(row * 7919) % 900 + 95}.50", (31, 41, 55))
        pen.line((148, top + 19, 496, top + 19), (229, 231, 235))
    pen.rounded_rectangle((394, 348, 496, 374), 6, fill=(59, 130, 246))
    pen.text((420, 353), "Export", (255, 255, 255), ImageFont.load_default(13))
    return image


def pixel_art() -> Image.Image:
    """Draw a scene of 128 x 96 in 24 colors, each pixel four times as wide and high."""
    random = np.random.default_rng(7)
    rows, columns = np.indices((96, 128))
    sky_colors = _ramp([(40, 32, 80), (120, 60, 120), (230, 120, 110), (250, 200, 130)], _steps(8))
    # Between two bands, a checkerboard.
    band = np.clip(rows / 8 + (rows + columns) % 2 * 0.5 - 0.25, 0, 7).astype(int)
    pixels = sky_colors[band]
    ridges = (
        (52, 10, (92, 64, 120), (72, 48, 104)),
        (64, 8, (60, 80, 104), (44, 60, 88)),
        (76, 5, (56, 120, 72), (36, 92, 64)),
    )
    for base, height, lit, shaded in ridges:
        steps = np.cumsum(random.integers(-1, 2, 128))
        edge = base + np.clip(steps, -height, height)
        inside = rows >= edge
        pixels[inside] = shaded
        pixels[inside & (rows < edge + 3)] = lit
        speckle = inside & (random.random((96, 128)) < 0.06)
        pixels[speckle] = lit
    for left in (14, 52, 96):
        _tree(pixels, left, 60, random)
    pixels[(rows - 20) ** 2 + (columns - 100) ** 2 < 70] = (255, 236, 170)
    pixels[rows > 91] = (88, 56, 40)
    pixels[(rows > 91) & ((columns // 4 + rows // 2) % 2 == 0)] = (112, 72, 48)
    return _image(pixels.repeat(4, axis=0).repeat(4, axis=1))


def _steps(count: int) -> np.ndarray:
    return np.linspace(0, 1, count)


def _tree(pixels: np.ndarray, left: int, top: int, random: np.random.Generator) -> None:
    """Draw a trunk and leaves in five greens."""
    pixels[top + 14 : top + 31, left + 6 : left + 9] = (96, 64, 48)
    pixels[top + 14 : top + 31, left + 8] = (64, 40, 36)
    greens = _ramp([(24, 64, 56), (48, 136, 72), (168, 208, 96)], _steps(5))
    for row in range(18):
        half = 1 + row // 3 + row % 3
        shade = np.clip(4 - np.arange(2 * half) // 3 - random.integers(0, 2, 2 * half), 0, 4)
        pixels[top + row, left + 7 - half : left + 7 + half] = greens[shade]


def logo() -> Image.Image:
    """Draw a disc and a ring with smooth edges and a wide soft shadow, on nothing."""
    size, finer = 256, 4
    badge = Image.new("RGBA", (size * finer,) * 2)
    pen = ImageDraw.Draw(badge)
    pen.ellipse([finer * at for at in (48, 36, 208, 196)], fill=(224, 62, 82, 255))
    pen.ellipse([finer * at for at in (80, 68, 176, 164)], fill=(255, 255, 255, 255))
    pen.pieslice([finer * at for at in (80, 68, 176, 164)], 300, 90, fill=(38, 70, 140, 255))
    badge = badge.resize((size, size), Image.Resampling.LANCZOS)
    ramp = _ramp([(255, 220, 160), (255, 255, 255)], np.linspace(0, 1, size))[:, None] / 255
    pixels = np.asarray(badge).astype(float)
    pixels[..., :3] *= ramp
    badge = _image(pixels)
    shadow = Image.new("RGBA", (size, size), (16, 20, 40, 0))
    shade = badge.getchannel("A").filter(ImageFilter.GaussianBlur(12)).point(lambda a: a * 0.6)
    shadow.putalpha(shade)
    lower = Image.new("RGBA", (size, size))
    lower.paste(shadow, (0, 14))
    return Image.alpha_composite(lower, badge)


DRAWN = {"gray": gray, "sky": sky, "dark": dark, "interface": interface, "pixels": pixel_art}
ALPHA = {"logo": logo}
