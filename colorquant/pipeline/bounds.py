"""Bounds for a result: the number of colors that meets them, found with few trials."""

from dataclasses import replace

import numpy as np

from colorquant.bounded import Bounded, LostColor
from colorquant.errors import BoundError, counted
from colorquant.pipeline.goals import Goal
from colorquant.pipeline.lost import with_more
from colorquant.pipeline.measured import Measured, Subject, Trial
from colorquant.pipeline.trials import Trials

__all__ = ["bounded"]

# The strength of dithering at which the number of colors for a number of bytes is found. More
# colors that are dithered less look better than fewer with all of the dithering.
_WEAK = 0.3
# A dithered result is to have at least this share of the bytes that it may have; its strength aims
# at the other share.
_FILLED, _AIM = 0.97, 0.985
# Trials with a number of colors and different strengths of dithering.
_STRENGTHS = 6
# How often colors that are lost are kept at the cost of others.
_ROUNDS = 8


def bounded(subject: Subject) -> tuple[Trial, Bounded]:
    """Find the result that meets the bounds.

    Parameters
    ----------
    subject : Subject
        Its options say what has to be met.

    Returns
    -------
    trial : Trial
    bounded : Bounded

    Raises
    ------
    BoundError
        If a bound is missed.
    """
    trials = Trials(subject)
    options = subject.options
    size = [goal for goal in trials.goals if goal.name == "max_bytes"]
    others = [goal for goal in trials.goals if goal.name != "max_bytes"]
    if not options.is_auto:
        best = _checked(trials)
    elif others:
        best = trials.least(others)
    else:
        best = _largest(trials, size[0])
    reached = [goal.reached(best) for goal in trials.goals]
    pairs = zip(reached, trials.goals, strict=True)
    missed = [each.miss for each, goal in pairs if goal.refuses(each)]
    if missed:
        k = counted(len(best.trial.fitted.palette), "color")
        raise BoundError(f"{subject.target}: with {k} {', '.join(missed)}")
    looks = options.bounds.finds_lost and not subject.blind
    lost = tuple(_lost(trials, best)) if looks else None
    return best.trial, Bounded(options.is_auto, tuple(reached), tuple(trials.tried), lost)


def _checked(trials: Trials) -> Measured:
    """Return the trial with the given number of colors.

    Entries that are worth least give way to colors that would be lost, if too many are.
    """
    options = trials.options
    k, most = options.most_colors, options.bounds.max_lost
    measured = trials.measured(k)
    trials.noted(k, measured, trials.goals)
    if most is None or trials.subject.given:
        return measured
    kept: dict[tuple[int, ...], None] = {}
    best, fewest = measured, measured.lost
    for _ in range(_ROUNDS):
        if measured.lost <= most:
            break
        # Those of the largest areas come first.
        needed = measured.lost_colors[: measured.lost - most]
        kept.update(dict.fromkeys(each.color for each in needed))
        if len(kept) + len(options.entries.pins) > k:
            break
        measured = trials.measured(k, kept=np.array(list(kept), np.uint8))
        trials.noted(k, measured, trials.goals)
        if measured.lost < fewest:
            best, fewest = measured, measured.lost
    return best


def _largest(trials: Trials, size: Goal) -> Measured:
    """Return the trial whose file is as large as it may be: that of the most colors.

    If it is dithered, it has the most colors with weak dithering, then the most dithering with
    these, unless the strength is given.
    """
    look = trials.options.look
    is_free = look.dithering != "none" and look.dither_strength is None
    weak = _WEAK if is_free else None
    k, fits = trials.most(size, weak, enough=_FILLED if is_free else 1.0)
    if not is_free:
        return fits or trials.measured(k)
    if fits is None:
        return _strengthened(trials, size, k, trials.measured(k, 0.0), (0.0, _WEAK))
    return _strengthened(trials, size, k, fits, (_WEAK, look.strength))


def _strengthened(
    trials: Trials, size: Goal, k: int, best: Measured, strengths: tuple[float, float]
) -> Measured:
    """Return the trial with k colors that is dithered as much as the size of its file allows.

    Parameters
    ----------
    trials : Trials
    size : Goal
    k : int
    best : Measured
        The trial with the first strength.
    strengths : (float, float)
        The weakest and the strongest.
    """
    low, high = strengths
    limit, least, most = size.limit, float(best.bytes), 0.0
    strength = high
    for _ in range(_STRENGTHS):
        if not least < _FILLED * limit:
            break
        measured = trials.measured(k, strength)
        trials.noted(k, measured, [size])
        if size.is_met(measured):
            best, low, least = measured, strength, float(measured.bytes)
            if strength == strengths[1]:
                break
        else:
            high, most = strength, float(measured.bytes)
        share = (_AIM * limit - least) / (most - least)
        strength = low + (high - low) * min(0.9, max(0.1, share))
    return best


def _lost(trials: Trials, measured: Measured) -> list[LostColor]:
    """Return the colors that a trial lost, and how many more would keep each."""
    found = measured.lost_colors
    if trials.subject.given:
        # Each of them can be added to a palette that is given.
        return [replace(each, more=1) for each in found]
    k = len(measured.trial.fitted.palette)
    return with_more(found, k, lambda many: trials.trial(many).fitted.palette.colors)
