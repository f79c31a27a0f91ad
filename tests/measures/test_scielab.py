import numpy as np
import pytest

from colorquant.color.lab import lab_of_xyz, xyz_of_light
from colorquant.measures.scielab import BACK, KERNELS, scielab


def test_published_weights_of_the_kernels():
    """Those of Zhang and Wandell's program, which sum to 1."""
    published = [
        (1.00327, 0.114416, -0.117686),
        (0.616725, 0.383275),
        (0.567885, 0.432115),
    ]
    for kernel, expected in zip(KERNELS, published, strict=True):
        total = sum(weight for weight, _ in kernel)
        shares = [weight / total for weight, _ in kernel]
        assert shares == pytest.approx(expected, abs=3e-4)
        assert sum(shares) == pytest.approx(1)


def test_published_inverse():
    """That of Johnson and Fairchild (2003), to three digits."""
    published = [(0.979, -1.535, 0.445), (1.189, 0.764, 0.135), (1.232, 1.163, 2.079)]
    np.testing.assert_allclose(BACK, published, atol=0.005)


def test_flat_images_differ_as_in_cielab():
    one, other = np.array([0.2, 0.3, 0.4]), np.array([0.25, 0.3, 0.35])
    lab = lab_of_xyz(xyz_of_light(np.stack([one, other])))
    expected = np.linalg.norm(lab[0] - lab[1])
    flat = (np.broadcast_to(each, (20, 30, 3)) for each in (one, other))
    assert scielab(*flat) == pytest.approx(expected, rel=1e-5)


def test_what_the_eye_blurs_counts_less():
    rows, columns = np.indices((64, 64))
    gray = np.full((64, 64, 3), 0.2)
    found = {}
    for width in (1, 8):
        checks = ((rows // width + columns // width) % 2)[..., None] * 0.2 - 0.1
        found["light", width] = scielab(gray, gray + checks)
        found["color", width] = scielab(gray, gray + checks * [1, -0.3, 0])
    assert found["light", 1] < 0.5 * found["light", 8]
    assert found["color", 1] < 0.2 * found["color", 8]


def test_equal_images():
    image = np.random.default_rng(0).random((9, 12, 3))
    assert scielab(image, image) == 0
