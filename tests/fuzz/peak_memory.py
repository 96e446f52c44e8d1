"""How much memory a process has held at once."""

from pathlib import Path


def peak_mib() -> int:
    """Return the resident memory of this process at its highest, in MiB; 0 where Linux is not.

    ``ru_maxrss`` is none of it: a new process begins with the peak of the one that started it.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def begin_peak() -> int:
    """Forget the peak so far; the resident memory of this process now, in MiB; 0 as above."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return 0
    return peak_mib()
