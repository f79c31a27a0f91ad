"""The void-and-cluster method, by which the blue-noise mask was made."""

import numpy as np

SIDE = 64
SIGMA = 1.9
# Share of the pixels of the first pattern.
FIRST = 0.1


def void_and_cluster(seed=0):
    """Make a blue-noise mask, (64, 64), uint16, 0 to 4,095.

    Ulichney, "The void-and-cluster method for dither array generation" (Proceedings of SPIE
    1913, 1993).
    """
    n = SIDE * SIDE
    axis = np.minimum(np.arange(SIDE), SIDE - np.arange(SIDE))
    gauss = np.exp(-(axis**2) / (2 * SIGMA**2))
    # Sums of whole numbers are exact, so ties are true ties, on every processor.
    kernel = np.rint((1 << 30) * np.outer(gauss, gauss))
    generator = np.random.default_rng(seed)
    pattern = np.zeros((SIDE, SIDE), bool)
    pattern.reshape(-1)[generator.permutation(n)[: int(n * FIRST)]] = True
    field = np.zeros((SIDE, SIDE))
    for y, x in np.argwhere(pattern):
        field += np.roll(kernel, (y, x), (0, 1))

    def flip(place):
        y, x = divmod(place, SIDE)
        sign = -1 if pattern[y, x] else 1
        pattern[y, x] = not pattern[y, x]
        field[:] = field + sign * np.roll(kernel, (y, x), (0, 1))

    def cluster():
        return int(np.where(pattern, field, -np.inf).argmax())

    def void():
        return int(np.where(pattern, np.inf, field).argmin())

    # Move pixels from the tightest cluster to the largest void until they would go back.
    while True:
        tightest = cluster()
        flip(tightest)
        largest = void()
        flip(largest)
        if largest == tightest:
            break
    ranks = np.zeros(n, np.uint16)
    ones = int(pattern.sum())
    start = pattern.copy(), field.copy()
    for rank in reversed(range(ones)):
        place = cluster()
        flip(place)
        ranks[place] = rank
    pattern[:], field[:] = start
    for rank in range(ones, n):
        place = void()
        flip(place)
        ranks[place] = rank
    return ranks.reshape(SIDE, SIDE)
