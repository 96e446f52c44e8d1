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
