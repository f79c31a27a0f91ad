"""Draw the sample images that are our own, and the picture in the README.

Run ``python sample_images/draw.py`` where colorquant is installed.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import colorquant

HERE = Path(__file__).parent
SUPERSAMPLING = 4

SPRITE_COLORS = {
    ".": (0, 0, 0, 0),
    "k": (26, 28, 44, 255),
    "r": (177, 62, 83, 255),
    "o": (239, 125, 87, 255),
    "y": (255, 205, 117, 255),
    "w": (244, 244, 244, 255),
    "g": (56, 183, 100, 255),
    "d": (37, 113, 121, 255),
}
SPRITE = """
......kkkk......
....kkrrrrkk....
...krroorrrrk...
..krroyyorrwwk..
..krroyyorrwwk..
.krrroooorrrrrk.
.krwwrrrrrrrrrk.
.krwwrrrrroorrk.
.krrrrrrrroorrk.
..kkkrrrrrrkkk..
....kkwwwwkk....
....kwwkwwkk....
....kwwkwwwk....
...gkwwwwwwkg...
..gdgkkwwkkgdg..
.gdgdgkkkkgdgdg.
"""


def sprite() -> Image.Image:
    """Return a 16 x 16 mushroom in 8 colors, one of them transparent."""
    rows = SPRITE.split()
    image = Image.new("RGBA", (len(rows[0]), len(rows)))
    image.putdata([SPRITE_COLORS[cell] for row in rows for cell in row])
    return image


def logo() -> Image.Image:
    """Return a ring of drops with smooth edges and a soft shadow, on nothing."""
    size = 320 * SUPERSAMPLING
    drops = Image.new("RGBA", (size, size))
    pen = ImageDraw.Draw(drops)
    hues = [
        (230, 57, 70),
        (244, 140, 60),
        (252, 203, 80),
        (80, 180, 120),
        (50, 130, 200),
        (120, 80, 170),
    ]
    for place, hue in enumerate(hues):
        angle = 2 * np.pi * place / len(hues)
        x, y = (size * (0.5 + 0.24 * f(angle)) for f in (np.cos, np.sin))
        radius = size * 0.13
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*hue, 255))
    drops = drops.resize((size // SUPERSAMPLING,) * 2, Image.Resampling.LANCZOS)
    shadow = Image.new("RGBA", drops.size)
    shade = drops.getchannel("A").filter(ImageFilter.GaussianBlur(8)).point(lambda a: a * 0.5)
    shadow.putalpha(shade)
    lower = Image.new("RGBA", drops.size)
    lower.paste(shadow, (0, 8))
    return Image.alpha_composite(lower, drops)


def screenshot() -> Image.Image:
    """Return a window with text, buttons and a chart."""
    image = Image.new("RGB", (800, 500), (245, 246, 248))
    pen = ImageDraw.Draw(image)
    small, normal, large = (ImageFont.load_default(size) for size in (13, 16, 24))
    pen.rectangle((0, 0, 800, 44), fill=(36, 41, 47))
    for place, light in enumerate([(255, 95, 86), (255, 189, 46), (39, 201, 63)]):
        pen.ellipse((16 + 24 * place, 15, 30 + 24 * place, 29), fill=light)
    pen.text((360, 12), "Quarterly", font=normal, fill=(230, 237, 243))
    pen.rectangle((0, 44, 180, 500), fill=(255, 255, 255))
    for place, entry in enumerate(["Overview", "Orders", "Customers", "Reports", "Settings"]):
        top = 64 + 40 * place
        if place == 0:
            pen.rounded_rectangle((10, top, 170, top + 32), 6, fill=(221, 244, 255))
        pen.text(
            (24, top + 7), entry, font=normal, fill=(9, 105, 218) if place == 0 else (87, 96, 106)
        )
    pen.text((210, 66), "Revenue by week", font=large, fill=(36, 41, 47))
    pen.rounded_rectangle((210, 112, 770, 400), 8, fill=(255, 255, 255), outline=(208, 215, 222))
    heights = [60, 95, 80, 130, 150, 120, 170, 190, 165, 210, 225, 240]
    for place, height in enumerate(heights):
        left = 232 + 44 * place
        hue = (9, 105, 218) if place < 11 else (26, 127, 55)
        pen.rectangle((left, 372 - height, left + 28, 372), fill=hue)
        pen.text((left + 4, 377), f"{place + 1:02}", font=small, fill=(110, 119, 129))
    for left, caption, fill, ink in [
        (210, "Export", (31, 136, 61), (255, 255, 255)),
        (320, "Share", (246, 248, 250), (36, 41, 47)),
        (430, "Delete", (207, 34, 46), (255, 255, 255)),
    ]:
        pen.rounded_rectangle((left, 425, left + 96, 463), 6, fill=fill, outline=(208, 215, 222))
        pen.text((left + 48, 444), caption, font=normal, fill=ink, anchor="mm")
    return image


def gradient() -> Image.Image:
    """Return a sky: smooth from deep blue to orange, lighter around a sun."""
    height, width = 300, 480
    y, x = np.mgrid[0:height, 0:width] / (height, width)[0]
    top, bottom = np.array([20, 30, 90]), np.array([250, 150, 70])
    sky = top + (bottom - top) * y[:, :, None] ** 1.5
    distance = np.hypot(x - 1.1, y - 0.7)
    glow = np.exp(-((distance / 0.35) ** 2))[:, :, None]
    return Image.fromarray(np.rint(sky + (255 - sky) * 0.8 * glow).astype(np.uint8))


def before_after() -> Image.Image:
    """Return the flower before and after, with the palette of 16 colors below."""
    with Image.open(HERE / "flower.jpg") as image:
        before = image.crop((110, 30, 430, 350))
    result = colorquant.quantize(before, k=16)
    after = Image.fromarray(result.indexed.pixels())
    gap, swatch = 8, 40
    page = Image.new("RGB", (2 * before.width + gap, before.height + gap + swatch), "white")
    page.paste(before, (0, 0))
    page.paste(after, (before.width + gap, 0))
    pen = ImageDraw.Draw(page)
    edges = np.linspace(0, page.width, len(result.palette) + 1).round().astype(int)
    for left, right, color in zip(
        edges[:-1], edges[1:], result.palette.colors.tolist(), strict=True
    ):
        box = (int(left), page.height - swatch, int(right) - 1, page.height - 1)
        pen.rectangle(box, fill=tuple(color))
    return page


def looks() -> Image.Image:
    """Return a part of a photograph, and what the looks make of it with 16 colors."""
    with Image.open(HERE / "china.jpg") as image:
        pixels = np.asarray(image)
    looks = ({}, {"objective": "perceptual"}, {"dither": "diffusion"})
    results = (colorquant.quantize(pixels, k=16, **look) for look in looks)
    shown = [pixels, *(result.indexed.pixels() for result in results)]
    gap, (height, width) = 8, (320, 210)
    page = Image.new("RGB", (len(shown) * (width + gap) - gap, height), "white")
    for place, each in enumerate(shown):
        part = Image.fromarray(each[10 : 10 + height, 60 : 60 + width])
        page.paste(part, (place * (width + gap), 0))
    return page


if __name__ == "__main__":
    for draw in (sprite, logo, screenshot, gradient, before_after, looks):
        draw().save(HERE / f"{draw.__name__}.png", optimize=True)
