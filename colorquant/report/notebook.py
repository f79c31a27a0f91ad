"""What notebooks show: pictures and swatches of palettes and results."""

from base64 import b64encode
from html import escape

from colorquant.errors import counted
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import find_format
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage, Result
from colorquant.palette import Palette
from colorquant.palettes.files.picture import write_picture

__all__ = ["image_png", "palette_html", "palette_png", "result_html"]

# Width and height of a color in a picture, in pixels.
_SWATCH = 32
# Of larger images, only each second, third or further pixel is shown.
_LONGEST = 2048
# Colors that are shown, at most.
_MOST = 256
_BOARD = "repeating-conic-gradient(#ccc 0 25%, #fff 0 50%) 0 0 / 1em 1em"
_CELL = "display:inline-block;width:5.5em;margin:0 .4em .4em 0;font:.8em monospace"
_SHOWN = "display:block;height:2.5em;border:1px solid #888"


def palette_png(palette: Palette) -> bytes:
    """Return a palette as a PNG of squares, sixteen in a row, of up to 4,096 colors."""
    some = Palette(palette.colors[: _MOST * 16], palette.counts[: _MOST * 16])
    return write_picture(some, _SWATCH)


def palette_html(palette: Palette) -> str:
    """Return a palette as HTML: swatches with their names, hexadecimal digits and shares.

    Of more than 256 colors, the first 256 are shown.
    """
    shares = palette.shares.tolist()
    names = palette.names or ("",) * len(palette)
    counts = any(shares)
    cells = []
    for color, share, name in list(zip(palette.hex(), shares, names, strict=True))[:_MOST]:
        told = [color, *([f"{share:.1%}"] if counts else []), *([escape(name)] if name else [])]
        ground = f"linear-gradient({color}, {color}), {_BOARD}"
        cells.append(
            f'<span style="{_CELL}"><span style="{_SHOWN};background:{ground}"></span>'
            f"{'<br>'.join(told)}</span>"
        )
    rest = len(palette) - _MOST
    more = f"<span>and {counted(rest, 'color')} more</span>" if rest > 0 else ""
    return f"<div>{''.join(cells)}{more}</div>"


def image_png(image: IndexedImage) -> bytes:
    """Return an image as a PNG of at most 2,048 pixels a side."""
    step = -(-max(image.indices.shape) // _LONGEST)
    some = IndexedImage(image.indices[::step, ::step], image.palette)
    return encode(some, find_format("png", None), Metadata())


def result_html(result: Result) -> str:
    """Return a result as HTML: the picture, what it is, and the swatches of its palette."""
    picture = b64encode(image_png(result.indexed)).decode()
    width = result.indexed.indices.shape[1]
    told = escape(repr(result)[len("<Result: ") : -1])
    return (
        f'<img alt="{told}" width="{width}" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{picture}">'
        f"<p>{told}</p>{palette_html(result.palette)}"
    )
