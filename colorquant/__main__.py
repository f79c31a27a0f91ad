"""The start of the process, for ``colorquant`` and ``python -m colorquant``."""

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

    After an interrupt or another termination signal, the process kills itself by that signal,
    which also ends a loop of the shell.
    """
    # A short-lived process need not collect cycles, nor free objects one by one. On a small
    # image this saves a tenth of the whole time.
    gc.disable()
    code = 1
    stopped = None

    def stop(number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = number
        # Ignore further signals.
        for each in _STOPS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    _occupy_standard_streams()
    _keep_to_ourselves()
    try:
        for each in _STOPS:
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, stop)
        # Imported within the try, as an interrupt may come meanwhile.
        from colorquant.cli.main import main

        main(prog_name="colorquant")
    except KeyboardInterrupt:
        # The terminal may be gone.
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
    """Open closed standard streams on the null device; other files would take their numbers."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)


def _keep_to_ourselves() -> None:
    """Let only colorquant write to stderr, not the C libraries that decode images."""
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
