"""Workers on a Dask cluster, on many machines or, to try it out, on this one."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from colorquant.cores import cores
from colorquant.errors import InvalidInputError, MissingExtraError

__all__ = ["ClusterPool"]

Task = TypeVar("Task")
Result = TypeVar("Result")

# Seconds that a scheduler has to answer.
_PATIENCE = 10


class ClusterPool:
    """The workers of a Dask cluster, as `colorquant.batch.workers.run_all` takes them.

    Dask makes the calls of a worker that is lost again, on another.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://host:8786``; or ``local``, for one that is started here.

    Raises
    ------
    InvalidInputError
        If no scheduler answers there.
    MissingExtraError
        If Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError as error:
            message = "a cluster needs dask: pip install 'colorquant[cluster]'"
            raise MissingExtraError(message) from error
        # What they log of lost workers is dealt with here. These have levels of their own.
        for name in ("distributed", "distributed.client", "distributed.gc", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._cluster = None
        place: Any = address
        if address == "local":
            self._cluster = place = LocalCluster(
                n_workers=cores(),
                threads_per_worker=1,
                # Who can reach it can run anything here.
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        try:
            self._client = Client(place, timeout=_PATIENCE)
        except (OSError, ValueError) as error:
            raise InvalidInputError(f"{address}: no Dask scheduler answers there") from error
        self.jobs = max(1, sum(self._client.nthreads().values()))
        self._executor = self._client.get_executor(pure=False)

    def submit(self, call: Callable[[Task], Result], task: Task) -> "Future[Result]":
        """Make a call."""
        future: Future[Result] = self._executor.submit(call, task)
        return future

    def was_lost(self, _future: "Future[Any]") -> bool:
        """See `colorquant.batch.workers.Pool`; a lost worker loses no others' calls here."""
        return False

    def killed(self, error: Exception) -> bool:
        """Return whether a call was given up, as it killed workers again and again."""
        from distributed import KilledWorker

        return isinstance(error, KilledWorker)

    def renew(self) -> None:
        """Do nothing: the cluster looks after its workers."""

    def kill(self) -> None:
        """Take back the calls that are not made yet."""
        self._executor.shutdown(wait=False)
        self._end()

    def close(self) -> None:
        """End when all calls have."""
        self._executor.shutdown(wait=True)
        self._end()

    def _end(self) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
