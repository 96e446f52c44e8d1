"""How many threads of the CPU a network may use."""

import os


def cpu_threads() -> int:
    """``$OMP_NUM_THREADS``, else the cores that this process may use; at least 1."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
