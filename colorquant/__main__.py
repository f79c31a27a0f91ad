"""The process: ``colorquant`` and ``python -m colorquant`` both start here."""

import gc
import os
import signal
import sys
from contextlib import suppress

__all__ = ["run"]

_STOPS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def run() -> None:
    """Run the command and end the process.

    Killed by an interrupt, or another signal that asks for the end, not only ended after one,
    so that a shell ends its loop too.
    """
    # A short-lived process need not look for cycles, nor free one by one what the system
    # takes back at once: on a small image that is a tenth of the whole time.
    gc.disable()
    code = 1
    stopped = None

    def stop(number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = number
        # One is enough.
        for each in _STOPS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    _occupy_standard_streams()
    _keep_to_ourselves()
    try:
        for each in _STOPS:
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, stop)
        # Within the try, as an interrupt may come while it loads.
        from colorquant.cli.main import main

        main(prog_name="colorquant")
    except KeyboardInterrupt:
        # A terminal may be gone.
        with suppress(OSError, AttributeError):
            sys.stderr.write("Aborted!\n")
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):
            stream.flush()
    if stopped is not None:
        signal.signal(stopped, signal.SIG_DFL)
        os.kill(os.getpid(), stopped)
    os._exit(code)


def _occupy_standard_streams() -> None:
    """Lead to nowhere what is closed, as the next file that is opened would take its number."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)


def _keep_to_ourselves() -> None:
    """Let only us write to stderr: libraries that decode images write there, too."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        ours = os.dup(2)
        sys.stderr = open(ours, "w", buffering=1, errors="backslashreplace")  # noqa: PTH123, SIM115
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


if __name__ == "__main__":
    run()
