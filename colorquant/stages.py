"""How far a run is, by the time that its stages take.

The times are those of a photograph of 24 megapixels on a processor of 2 cores. A bar is seen for
large images only, and of these all but the search for a palette takes a time that grows alike.
"""

from colorquant.choices import Level
from colorquant.options import QuantizeOptions

__all__ = ["Advance"]

# Seconds: of reading, of counting colors, with and without what the eye sees of them, and of what
# comes at the end.
_READING, _COUNTING, _COUNTING_SEEN = 0.3, 0.45, 1.3
_ENCODING, _ENCODING_EACH, _WRITING = 0.15, 0.001, 0.01
_REPORTING = 4.5
_OPTIMIZING: dict[Level, float] = {1: 2.5, 2: 8, 3: 15, 4: 35, 5: 60, 6: 90, "max": 300}
# Of the search for a palette: for any number of colors, and for each color.
_SEARCHING: dict[str, tuple[float, float]] = {
    "fast": (0.15, 0.0006),
    "normal": (0.2, 0.0015),
    "best": (2.0, 0.03),
}
_SEARCHING_OTHERWISE = 5.0
# Of the mapping to the nearest colors, by thresholds, by the tidy pass, and by error diffusion.
_NEAREST, _THRESHOLDS = 0.2, 0.7
_TIDYING: dict[str, float] = {"fast": 0.5, "normal": 8.0, "best": 48.0}
_DIFFUSING: dict[str, float] = {"fast": 4.5, "normal": 11.0, "best": 48.0}
# Of what is measured for a bound, without and with dithering; if the color table does not tell it.
_MEASURING: dict[str, tuple[float, float]] = {
    "default": (2.0, 2.0),
    "min_psnr": (0.0, 6.0),
    "max_delta_e": (0.0, 20.0),
    "min_ssim": (3.0, 8.0),
}
# Trials that a bound usually takes, and those if a number of bytes is met by dithering, too.
_TRIALS: dict[str, int] = {"max_delta_e": 3, "min_ssim": 5, "max_bytes": 3, "max_lost": 3}
_USUAL_TRIALS, _STRENGTHS = 2, 6
# Beyond these, so much of a trial is expected to come after each.
_MORE = 0.5

# Of what is left of a stage, so much is never guessed to be done.
_SURE = 0.95

_ORDER = ("read", "colors", "palette", "map", "measure", "encode", "optimize", "report", "write")
_TRIED = ("palette", "map", "measure")


class Advance:
    """Tells how far a run is, from the stage it is in.

    Parameters
    ----------
    options : QuantizeOptions
    file : bool
        Whether a file is read and written.
    report : bool
        Whether a report is drawn.
    optimize : int or "max", optional
        The level at which the file is optimized.
    """

    def __init__(
        self,
        options: QuantizeOptions,
        *,
        file: bool = False,
        report: bool = False,
        optimize: Level | None = None,
    ) -> None:
        bounds = list(options.bounds.named)
        if options.is_auto and not bounds:
            bounds = ["default"]
        sized = "max_bytes" in bounds
        is_dithered = options.look.dithering != "none"
        self._weights = {
            "colors": _COUNTING_SEEN if options.look.is_perceptual else _COUNTING,
            "palette": _searching(options),
            "map": _mapping(options),
            "measure": sum(_MEASURING.get(name, (0.0, 0.0))[is_dithered] for name in bounds),
        }
        if file or sized:
            self._weights["encode"] = _ENCODING + _ENCODING_EACH * min(256, options.most_colors)
        if file:
            self._weights |= {"read": _READING, "write": _WRITING}
            if optimize is not None:
                self._weights["optimize"] = _OPTIMIZING[optimize]
            if report:
                self._weights["report"] = _REPORTING
        self._repeated = _TRIED + (("encode", "optimize") if sized else ())
        self._left = float(_trials(options, bounds)) if options.is_bounded else 1.0
        self._seen: set[str] = set()
        self._stage, self._share = "", 0.0
        # Where the stage began, where it ends, and how far the run is.
        self._start = self._end = self.share = 0.0

    def __call__(self, stage: str, share: float) -> float:
        """Return the share of the run that is done; it never falls.

        Parameters
        ----------
        stage : str
        share : float
            Share of the stage that is done.
        """
        if stage != self._stage or share < self._share:
            self._begin(stage)
        self._share = share
        found = self._start + (self._end - self._start) * min(1.0, share)
        self.share = max(self.share, min(1.0, found))
        return self.share

    def guess(self, waited: float, since: float) -> float:
        """Return about which share is done in a stage that tells nothing for a while.

        Parameters
        ----------
        waited : float
            Seconds since the last call with a stage.
        since : float
            Seconds from the begin of the run to that call.
        """
        if not since > 0:
            return self.share
        most = self.share + _SURE * (self._end - self.share)
        return max(self.share, min(most, self.share * (1 + waited / since)))

    def _begin(self, stage: str) -> None:
        """Divide what is left among the stages that are still to come."""
        self.share = max(self.share, self._end)
        self._start, self._stage = self.share, stage
        if stage == self._repeated[0] and stage in self._seen:
            self._left = self._left - 1 if self._left >= 2 else 1 + _MORE
        own = self._weights.get(stage, 0.0)
        if stage == "encode" and "map" not in self._seen:
            # Frames are mapped as they are encoded.
            own += self._weights["map"]
        self._seen.add(stage)
        rest = own + self._after(stage)
        self._end = self._start + (1 - self._start) * (own / rest if rest else 0.0)

    def _after(self, stage: str) -> float:
        """Return the weight of all that comes after a stage."""
        place = _ORDER.index(stage) if stage in _ORDER else len(_ORDER)
        later = sum(self._weights.get(name, 0.0) for name in _ORDER[place + 1 :])
        if stage not in self._repeated and "palette" in self._seen:
            return later
        trial = sum(self._weights.get(name, 0.0) for name in self._repeated)
        return later + (self._left - 1) * trial


def _searching(options: QuantizeOptions) -> float:
    search = options.search
    if search.engine != "minibatch":
        return _SEARCHING_OTHERWISE * search.restarts
    always, each = _SEARCHING[search.effort]
    return (always + each * options.most_colors) * search.restarts


def _mapping(options: QuantizeOptions) -> float:
    look, effort = options.look, options.search.effort
    if look.dithering == "diffusion":
        return _DIFFUSING[effort if look.is_perceptual else "fast"]
    if look.dithering != "none":
        return _THRESHOLDS
    return _TIDYING[effort] if look.is_perceptual else _NEAREST


def _trials(options: QuantizeOptions, bounds: list[str]) -> int:
    """Return how many trials bounds usually take."""
    if not options.is_auto:
        return _TRIALS["max_lost"] if "max_lost" in bounds else 1
    trials = max(_TRIALS.get(name, _USUAL_TRIALS) for name in bounds)
    look = options.look
    is_free = look.dithering != "none" and look.dither_strength is None
    return trials + _STRENGTHS if is_free and bounds == ["max_bytes"] else trials
