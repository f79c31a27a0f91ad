from colorquant.palettes.files.gimp import read_gpl, write_gpl
from colorquant.palettes.files.rows import palette_of


def test_read_back():
    palette = palette_of([[1, 2, 3], [4, 5, 6]])
    assert read_gpl(write_gpl(palette)).colors.tolist() == palette.colors.tolist()
