"""Options for the search for a palette."""

import inspect
from dataclasses import dataclass

from colorquant.checks import check_choice, check_int
from colorquant.choices import EFFORTS, ENGINES, MAX_SEED, Clusterer, Effort, Engine
from colorquant.errors import InvalidInputError

__all__ = ["SearchOptions", "is_clusterer", "number_parameter"]

# Names of a clusterer's parameter for the number of clusters.
_NUMBERS = ("n_clusters", "n_components")


@dataclass(frozen=True)
class SearchOptions:
    """Options for the search for a palette.

    Parameters
    ----------
    engine : {"minibatch", "lloyd", "sklearn"} or clusterer
        See `colorquant.kmeans`. Any clusterer of scikit-learn, as ``MeanShift(bandwidth=0.2)``, is
        for `colorquant.quantize` and single files, see `colorquant.clustering.clusterer`.
    effort : {"fast", "normal", "best"}
        How long the ``minibatch`` engine searches. The other engines run to their own end
        and accept only ``"normal"``.
    restarts : int
        Number of starts, 1 to 10,000; the result of lowest error is kept.
    seed : int
        Seed of everything random, 0 to 2**32 - 1.

    Raises
    ------
    InvalidInputError
        If a value is outside its range.
    """

    engine: Engine | Clusterer = "minibatch"
    effort: Effort = "normal"
    restarts: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if not is_clusterer(self.engine):
            check_choice("engine", self.engine, ENGINES)
        check_choice("effort", self.effort, EFFORTS)
        object.__setattr__(self, "restarts", check_int("restarts", self.restarts, 1, 10_000))
        object.__setattr__(self, "seed", check_int("seed", self.seed, 0, MAX_SEED))
        if self.engine != "minibatch" and self.effort != "normal":
            raise InvalidInputError(
                f"effort {self.effort!r} is for engine 'minibatch'; "
                f"engine {self._named} runs to its own end",
                *("effort", "engine", "engine"),
            )
        if self.clusterer and self.restarts != 1:
            raise InvalidInputError(
                f"restarts is for own engines; {self._named} starts as often as it is told to",
                *("restarts", "engine"),
            )

    @property
    def clusterer(self) -> Clusterer | None:
        """The clusterer that is the engine, if it is not one of our own."""
        return None if isinstance(self.engine, str) else self.engine

    @property
    def _named(self) -> str:
        return repr(self.engine) if isinstance(self.engine, str) else type(self.engine).__name__


def is_clusterer(engine: object) -> bool:
    """Return whether an object has the methods of a clusterer, and is not the class of one."""
    methods = (getattr(engine, name, None) for name in ("fit", "get_params"))
    return not isinstance(engine, type) and all(map(callable, methods))


def number_parameter(engine: Clusterer) -> str | None:
    """Return the name of a clusterer's number of clusters, if it has one left at its default."""
    given, usual = engine.get_params(deep=False), inspect.signature(type(engine)).parameters
    name = next((each for each in _NUMBERS if each in given and each in usual), None)
    if name is None or given[name] is None or given[name] != usual[name].default:
        return None
    return name
