import numpy as np

from colorquant.bounded import LostColor
from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.lost import lost_in, with_more


def test_the_largest_area_of_each_color_comes_first():
    frames = [np.zeros((40, 50, 3), np.uint8) for _ in range(2)]
    frames[0][5:8, 5:8] = (255, 0, 0)
    frames[0][20:24, 10:20] = (0, 255, 0)
    frames[1][30:34, 40:44] = (255, 0, 0)
    table = ColorTable.of_all(map(Raster, frames))
    palette = Palette(np.array([[0, 0, 0], [255, 255, 255]], np.uint8), np.zeros(2, np.int64))
    fitted = Fitted(table, QuantizeOptions(k=2), palette)
    assert lost_in(fitted, iter(frames)) == [
        LostColor((0, 255, 0), (10, 4, 10, 20), 40),
        LostColor((255, 0, 0), (4, 4, 40, 30), 16),
    ]
    assert lost_in(fitted, [np.zeros((40, 50, 3), np.uint8)]) == []


def test_how_many_more_colors_would_keep_each():
    asked = []

    def palette_of(k):
        asked.append(k)
        kept = [(0, 0, 0)] + [(255, 0, 0)] * (k >= 8) + [(0, 255, 0)] * (k >= 17)
        return np.array(kept, np.uint8)

    boxes = [(1, 1, 0, 0)] * 3
    colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    lost = [LostColor(color, box, 9) for color, box in zip(colors, boxes, strict=True)]
    # 8 is 6 more than 2, and 17 is 15 more, of which 16 is the next that is tried.
    assert [each.more for each in with_more(lost, 2, palette_of)] == [6, 16, None]
    assert len(asked) == len(set(asked))
    assert max(asked) == 2 + 256
