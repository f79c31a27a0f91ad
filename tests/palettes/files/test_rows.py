import pytest

from colorquant.palettes.files.rows import palette_of


def test_order_repetitions_and_names_stay():
    palette = palette_of([[1, 2, 3], [0, 0, 0], [1, 2, 3]], ["a", "", "b"])
    assert palette.colors.tolist() == [[1, 2, 3], [0, 0, 0], [1, 2, 3]]
    assert palette.names == ("a", "", "b")
    assert palette.counts.tolist() == [0, 0, 0]


def test_opaque_colors_beside_others_get_alpha():
    assert palette_of([[1, 2, 3], [4, 5, 6, 7]]).colors.tolist() == [[1, 2, 3, 255], [4, 5, 6, 7]]


@pytest.mark.parametrize(("n", "told"), [(0, "0"), (65_537, "65,537")])
def test_too_many_or_none(n, told):
    with pytest.raises(ValueError, match=f"it has {told} colors, not 1 to 65,536"):
        palette_of([[0, 0, 0]] * n)
