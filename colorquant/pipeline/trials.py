"""Trials of numbers of colors on one image: each is measured, and tells where to go on."""

from functools import cached_property
from math import inf, isfinite, isnan, nan

import numpy as np
from numpy.typing import NDArray

from colorquant.bounded import Reached, Tried
from colorquant.choices import Effort, OptionChanges
from colorquant.color.points import ColorPoints
from colorquant.measures.judging import Judge
from colorquant.palettes.curve import ErrorCurve
from colorquant.pipeline.crossing import Probe, crossing
from colorquant.pipeline.goals import Goal, Measured, Subject, Trial, all_goals
from colorquant.pipeline.looks import space_for

__all__ = ["Trials"]

# The number of colors to begin with if nothing is known.
_START = 64
# Trials that are closer tell more of chance than of the slope.
_APART = 0.2
# Errors of dithered results at a higher effort, by those at the lowest.
_REFINED = 0.92


class Trials:
    """Trials on one subject.

    Parameters
    ----------
    subject : Subject
        Its options say what has to be met.

    Attributes
    ----------
    goals : list of Goal
    tried : list of Tried
        What was tried so far.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.options = subject.options
        self.goals = all_goals(self.options)
        self.tried: list[Tried] = []
        self._judges: dict[tuple[bool, bool], Judge] = {}
        # The last trial that met what it was to meet, and the last that did not.
        self._last: dict[bool, tuple[int, Measured]] = {}
        # The errors of all, by goal and number of colors.
        self._known: dict[str, dict[int, float]] = {}

    def trial(
        self,
        k: int,
        strength: float | None = None,
        kept: NDArray[np.uint8] | None = None,
        effort: Effort | None = None,
    ) -> Trial:
        """Return the result with k colors, perhaps with a strength of dithering.

        Parameters
        ----------
        k : int
        strength : float, optional
        kept : ndarray, (m, 3 or 4), uint8, optional
            Colors that the palette must have.
        effort : {"fast", "normal", "best"}, optional
        """
        changes: OptionChanges = {}
        if strength is not None:
            changes["dither_strength"] = strength
            # Without any dithering the objective stays what it was.
            changes["objective"] = "perceptual" if self.options.look.is_perceptual else "mse"
        if effort is not None:
            changes["effort"] = effort
        return self.subject.trial(self.options.with_colors(k, **changes), kept)

    def measured(
        self,
        k: int,
        strength: float | None = None,
        kept: NDArray[np.uint8] | None = None,
        effort: Effort | None = None,
    ) -> Measured:
        """Return the measures of `trial`."""
        soft = self.options.look.dithering != "none"
        trial = self.trial(k, strength, kept, effort)
        return Measured(trial, self._judge, soft=soft, subject=self.subject)

    def noted(self, k: int, measured: Measured, goals: list[Goal]) -> list[Reached]:
        """Record a trial with what it reached of some goals, and return that."""
        reached = [goal.reached(measured) for goal in goals]
        self.tried.append(Tried(k, measured.trial.options.look.strength, tuple(reached)))
        return reached

    def least(self, goals: list[Goal]) -> Measured:
        """Return the trial with the fewest colors that meets goals, or the last if none does."""
        first, last = self.numbers()

        def probe(k: int) -> Probe:
            measured, expected, met = self.measured(k), [], True
            for goal in goals:
                met = goal.is_met(measured)
                expected.append(self.expected(goal, k, measured))
                if not met:
                    break
            self.noted(k, measured, goals[: len(expected)])
            self._last[met] = k, measured
            known = [each for each in expected if isfinite(each)]
            return Probe(met, max(known) if len(known) == len(expected) else nan)

        crossing(first, last, probe, self._scouted(goals, self._start(goals, last)), exact=False)
        return self._last[max(self._last)][1]

    def most(
        self, goal: Goal, strength: float | None, enough: float
    ) -> tuple[int, Measured | None]:
        """Find the most colors that meet a goal that fewer colors meet.

        Parameters
        ----------
        goal : Goal
            A largest value.
        strength : float, optional
            Of dithering.
        enough : float
            Share of the value that is enough for an end.

        Returns
        -------
        k : int
        fits : Measured or None
            The trial with so many colors; None if even the fewest are too many.
        """
        first, last = self.numbers()

        def probe(k: int) -> Probe:
            measured = self.measured(k, strength)
            self.noted(k, measured, [goal])
            expected = self.expected(goal, k, measured)
            misses = not goal.is_met(measured)
            self._last[misses] = k, measured
            filled = not misses and goal.value(measured) >= enough * goal.limit
            return Probe(misses, expected, filled)

        below = crossing(first, last, probe, min(_START, last), exact=True).below
        return max(below, first), self._last[False][1] if below >= first else None

    def numbers(self) -> tuple[int, int]:
        """Return the fewest and the most colors that can be tried."""
        distinct, pins = len(self.subject.table), len(self.options.entries.pins)
        last = min(self.options.most_colors, distinct + pins)
        return max(1, pins, min(2, distinct, last)), max(1, last)

    def expected(self, goal: Goal, k: int, measured: Measured) -> float:
        """Return the number of colors from which on a goal is expected to be met, or NaN."""
        if goal.error is None:
            return nan
        error, estimate = goal.error(measured), self._curve.at(k)
        if not error > 0:
            return nan
        wanted = estimate * goal.wanted / error
        known = self._known.setdefault(goal.name, {})
        if known:
            # Between two trials, and beyond them if they are not close together, the error is
            # nearly linear in the estimate. The nearest on the other side of the goal tells most.
            side = error > goal.wanted
            other = min(
                known,
                key=lambda each: (
                    (known[each] > goal.wanted) == side,
                    abs(known[each] - goal.wanted),
                ),
            )
            first, at = known[other], self._curve.at(other)
            between = (first - goal.wanted) * (error - goal.wanted) < 0
            if first != error and (between or abs(other - k) > _APART * k):
                straight = estimate + (at - estimate) * (goal.wanted - error) / (first - error)
                wanted = min(max(straight, wanted / 2), 2 * wanted)
        known[k] = error
        return self._curve.colors_for(wanted)

    def _scouted(self, goals: list[Goal], start: float) -> float:
        """Return a better number of colors to begin with, from a quick trial where trials are slow.

        Dithered at the lowest effort, a result has nearly the error that it has at a higher one.
        """
        if self.options.look.dithering != "diffusion" or self.options.search.effort == "fast":
            return start
        first, last = self.numbers()
        k = min(max(first, round(start)), last)
        measured = self.measured(k, effort="fast")
        estimates = [
            self._curve.at(k) * goal.wanted / (_REFINED * error)
            for goal in goals
            if goal.error is not None and (error := goal.error(measured)) > 0
        ]
        return self._curve.colors_for(min(estimates)) if estimates else start

    def _judge(self, pixels: NDArray[np.uint8], soft: bool, sparse: bool) -> Judge:
        if self.subject.moving:
            return Judge(pixels, soft=soft, sparse=sparse)
        kind = soft, sparse
        if kind not in self._judges:
            self._judges[kind] = Judge(pixels, soft=soft, sparse=sparse)
        return self._judges[kind]

    @cached_property
    def _curve(self) -> ErrorCurve:
        pins = np.array(self.options.entries.pins, np.uint8)
        table = self.subject.table
        if pins.shape[-1] == 4:
            table = table.with_alpha()
        space = space_for(self.options.look, None)
        fixed = table.like(pins) if len(pins) else table.colors_of(slice(0))
        return ErrorCurve(ColorPoints(table, space), fixed, self.numbers()[1])

    def _start(self, goals: list[Goal], last: int) -> float:
        """Return the number of colors to begin with."""
        usual = min((goal.usual for goal in goals if goal.usual < inf), default=nan)
        return min(_START, last) if isnan(usual) else self._curve.colors_for(usual)
