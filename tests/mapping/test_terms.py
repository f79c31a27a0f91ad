import numpy as np
import pytest

from colorquant.mapping.terms import SIGMA, dithered_terms, plain_terms

BOTH = pytest.mark.parametrize("make", [dithered_terms, plain_terms])
IMPORTANCE = np.arange(256) / 255


def reward_of_important(make, k, compact=1):
    """Return the reward where importance is 1."""
    return float(make(k, compact).reward[255])


@pytest.mark.parametrize("compact", [1, 2])
@pytest.mark.parametrize(
    ("k", "reward"),
    [(8, 6e-4), (16, 2.4e-4), (32, 1.2e-4), (64, 5e-5), (128, 2.5e-5), (256, 1.2e-5)],
)
def test_rewards_with_dithering(k, reward, compact):
    expected = compact * reward * (0.6 / np.maximum(IMPORTANCE, 0.1) - 0.35)
    np.testing.assert_allclose(dithered_terms(k, compact).reward, expected, rtol=1e-6)


@pytest.mark.parametrize("compact", [1, 2])
@pytest.mark.parametrize(("k", "factor"), [(8, 2), (16, 1), (32, 0.5), (64, 0.25), (256, 0.06)])
def test_rewards_without_dithering(k, factor, compact):
    expected = compact * 2e-4 * factor / np.maximum(IMPORTANCE, 0.1)
    np.testing.assert_allclose(plain_terms(k, compact).reward, expected, rtol=1e-6)


@BOTH
def test_rewards_fall_with_the_number_of_colors(make):
    found = [reward_of_important(make, k) for k in (*range(1, 300), 1000, 65536)]
    assert (np.diff(found) < 0).all()
    assert min(found) > 0


@BOTH
@pytest.mark.parametrize(("low", "high"), [(8, 16), (16, 32), (32, 64)])
def test_rewards_between_are_on_a_line(make, low, high):
    ends = [reward_of_important(make, k) for k in (low, high)]
    middle = reward_of_important(make, (low + high) // 2)
    assert middle == pytest.approx(sum(ends) / 2)


@BOTH
@pytest.mark.parametrize(("k", "known"), [(1, 8), (2, 8), (4, 8), (512, 256), (65536, 256)])
def test_rewards_beyond_fall_as_one_over_the_number(make, k, known):
    expected = reward_of_important(make, known) * known / k
    assert reward_of_important(make, k) == pytest.approx(expected)


@BOTH
def test_nothing_is_rewarded_if_size_does_not_matter(make):
    assert not make(16, 0).reward.any()
    np.testing.assert_array_equal(make(16, 0).grain, make(16, 2).grain)


@pytest.mark.parametrize(
    ("make", "expected"),
    [(dithered_terms, 0.05 + 0.15 * IMPORTANCE), (plain_terms, 0.3 + 6 * IMPORTANCE**2)],
)
def test_the_price_of_grain_rises_with_importance(make, expected):
    terms = make(16, 1)
    # Pixels of no importance are not seen, so their price does not matter.
    np.testing.assert_allclose(terms.grain[1:], expected[1:], rtol=1e-6)
    for table in (terms.grain, terms.reward):
        assert (table.dtype, table.shape) == (np.float32, (256,))
        assert (table > 0).all()


@BOTH
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 16, 17, 256, 300])
def test_neighbors_are_at_the_next_byte(make, k):
    # Of 1, 2, 4, 8 or 16 bits a pixel.
    bits = next(bits for bits in (1, 2, 4, 8, 16) if k <= 1 << bits)
    terms = make(k, 1)
    assert terms.distance == max(1, 8 // bits)
    assert terms.sigma == SIGMA
    assert terms.vertical == (make is plain_terms)
