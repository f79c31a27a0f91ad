import numpy as np
import pytest

from colorquant.color.contrast import contrast_ratios, cut


def ratio(one, other):
    colors = [list(bytes.fromhex(each)) for each in (one, other)]
    ratios = contrast_ratios(np.array(colors, np.uint8))
    assert ratios[0, 1] == ratios[1, 0]
    assert (np.diagonal(ratios) == 1).all()
    return ratios[0, 1]


# The W3C's "Understanding WCAG 2.1" and its techniques, G18 and F83, tell of such pairs; 4.54 and
# 4.47 are the grays on both sides of 4.5.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("000000", "ffffff", 21),
        ("767676", "ffffff", 4.54),
        ("777777", "ffffff", 4.47),
        ("ffffff", "ffffff", 1),
        ("ff0000", "ffffff", 3.99),
        ("0000ff", "ffffff", 8.59),
        ("ff0000", "000000", 5.25),
    ],
)
def test_known_pairs(one, other, expected):
    assert cut(ratio(one, other), 2) == expected


def test_what_is_not_opaque_has_no_contrast():
    colors = np.array([[0, 0, 0, 255], [255, 255, 255, 255], [9, 9, 9, 254]], np.uint8)
    ratios = contrast_ratios(colors)
    assert ratios[0, 1] == pytest.approx(21)
    assert np.isnan(ratios[2]).all()
    assert np.isnan(ratios[:, 2]).all()


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(4.4999, 2, 4.49), (4.4999, 1, 4.4), (20.999999999999996, 2, 21)],
)
def test_ratios_are_cut_not_rounded(value, digits, expected):
    assert cut(value, digits) == expected
