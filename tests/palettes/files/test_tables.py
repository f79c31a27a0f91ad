from colorquant.palettes.files.rows import palette_of
from colorquant.palettes.files.tables import read_json, write_json


def test_read_back():
    palette = palette_of([[1, 2, 3, 4], [4, 5, 6, 7]])
    assert read_json(write_json(palette)).colors.tolist() == palette.colors.tolist()
