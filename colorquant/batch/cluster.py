"""Workers of a Dask cluster, on many machines or, for a trial, on this one."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from colorquant.cores import cores
from colorquant.errors import InvalidInputError, MissingExtraError

__all__ = ["ClusterPool"]

Task = TypeVar("Task")
Result = TypeVar("Result")

# Seconds to wait for an answer of the scheduler.
_PATIENCE = 10


class ClusterPool:
    """The workers of a Dask cluster, as a `colorquant.batch.workers.Pool`.

    If a worker is lost, Dask repeats its calls on another one.

    Parameters
    ----------
    address : str
        The scheduler's address, as ``tcp://host:8786``, or ``local`` to start a cluster here.

    Raises
    ------
    InvalidInputError
        If no scheduler answers at the address.
    MissingExtraError
        If Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError as error:
            message = "a cluster needs dask: pip install 'colorquant[cluster]'"
            raise MissingExtraError(message) from error
        # Lost workers are handled here, not logged. Each of these loggers has its own level.
        for name in ("distributed", "distributed.client", "distributed.gc", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._cluster = None
        place: Any = address
        if address == "local":
            self._cluster = place = LocalCluster(
                n_workers=cores(),
                threads_per_worker=1,
                # Anyone who can reach the scheduler can run code on this machine.
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
        """Submit a call."""
        future: Future[Result] = self._executor.submit(call, task)
        return future

    def was_lost(self, _future: "Future[Any]") -> bool:
        """Return False: here the calls of the other workers survive when one is lost."""
        return False

    def killed(self, error: Exception) -> bool:
        """Return whether Dask gave a call up because it repeatedly killed its worker."""
        from distributed import KilledWorker

        return isinstance(error, KilledWorker)

    def renew(self) -> None:
        """Do nothing: the cluster replaces its own workers."""

    def kill(self) -> None:
        """Cancel the calls that have not ended, and disconnect."""
        self._executor.shutdown(wait=False)
        self._end()

    def close(self) -> None:
        """Wait until all calls have ended, and disconnect."""
        self._executor.shutdown(wait=True)
        self._end()

    def _end(self) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
