"""Sliders for notebooks, and one picture where there is no ipywidgets."""


def interact(draw, **ranges):
    """Show what a function draws, for values that the reader chooses.

    Parameters
    ----------
    draw : callable
        Takes a whole number by each name and returns a figure.
    **ranges : (int, int, int)
        The lowest and the highest number, and the one to begin with.
    """
    try:
        import ipywidgets
    except ImportError:
        return draw(**{name: first for name, (_, _, first) in ranges.items()})
    sliders = {
        name: ipywidgets.IntSlider(first, low, high, continuous_update=False)
        for name, (low, high, first) in ranges.items()
    }
    ipywidgets.interact(draw, **sliders)
    return None
