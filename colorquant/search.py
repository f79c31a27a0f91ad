"""Options for the search for a palette."""

from dataclasses import dataclass

from colorquant.checks import check_choice, check_int
from colorquant.choices import EFFORTS, ENGINES, MAX_SEED, Effort, Engine
from colorquant.errors import InvalidInputError

__all__ = ["SearchOptions"]


@dataclass(frozen=True)
class SearchOptions:
    """Options for the search for a palette.

    Parameters
    ----------
    engine : {"minibatch", "lloyd", "sklearn"}
        See `colorquant.kmeans`.
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

    engine: Engine = "minibatch"
    effort: Effort = "normal"
    restarts: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice("engine", self.engine, ENGINES)
        check_choice("effort", self.effort, EFFORTS)
        object.__setattr__(self, "restarts", check_int("restarts", self.restarts, 1, 10_000))
        object.__setattr__(self, "seed", check_int("seed", self.seed, 0, MAX_SEED))
        if self.engine != "minibatch" and self.effort != "normal":
            raise InvalidInputError(
                f"effort {self.effort!r} is for engine 'minibatch'; "
                f"engine {self.engine!r} runs to its own end",
                *("effort", "engine", "engine"),
            )
