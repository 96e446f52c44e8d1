"""A Ray cluster, and what a process of it needs to work as one of this machine would."""

import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import ray
from ray.exceptions import RayError

from lesion_viewer.errors import TrainingError

OURS = "LESION_"
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process's work depends on besides its arguments.

    Attributes
    ----------
    folder : Path
        Where it runs, which relative paths of a recipe begin at.
    variables : Mapping[str, str]
        Those environment variables that are ours.
    """

    folder: Path = field(default_factory=Path.cwd)
    variables: Mapping[str, str] = field(
        default_factory=lambda: {k: v for k, v in os.environ.items() if k.startswith(OURS)}
    )

    def enter(self) -> None:
        """Make them this process's."""
        os.chdir(self.folder)
        os.environ.update(self.variables)


@contextmanager
def rays_folder(output: Path) -> Iterator[str]:
    """A block with a folder for Ray's own notes, which is removed: nothing goes on from them.

    Parameters
    ----------
    output : Path
        Folder of the results, which all machines see under this path.

    Yields
    ------
    str
        The folder's path.
    """
    folder = output / "ray"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def connected(address: str) -> Iterator[Mapping[str, float]]:
    """A block with a Ray cluster.

    Parameters
    ----------
    address : str
        As Ray takes it; ``local`` for one on this machine alone.

    Yields
    ------
    Mapping[str, float]
        Its resources by name: ``CPU``, ``GPU`` where it has some.

    Raises
    ------
    TrainingError
        Where it does not answer.
    """
    _check_answers(address)
    try:
        ray.init(
            address=address,
            log_to_driver=False,
            include_dashboard=False,
            logging_level="error",
        )
    except (RayError, ConnectionError, ValueError, RuntimeError) as error:
        raise TrainingError(f"Ray at {address} does not answer: {error}") from error
    try:
        yield ray.cluster_resources()
    finally:
        ray.shutdown()


def _check_answers(address: str) -> None:
    """Ask the port before Ray does, which would try for minutes and say so line by line."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), ANSWER_S).close()
    except (OSError, OverflowError) as error:
        raise TrainingError(f"Ray at {address} does not answer: {error}") from error


def shares(there: Mapping[str, float], device: str, count: int | None) -> tuple[int, bool]:
    """How many processes share a cluster, and whether each has a GPU.

    Parameters
    ----------
    there : Mapping[str, float]
        The cluster's resources.
    device : str
        ``auto``, ``cpu`` or ``cuda``; ``auto`` takes GPUs where there are some.
    count : int | None
        Processes that are asked for; as many as there are GPUs, or CPUs, when left out.

    Returns
    -------
    tuple[int, bool]
        Processes, at least 1, and whether they have GPUs.

    Raises
    ------
    TrainingError
        Where the cluster has fewer GPUs or CPUs than that.
    """
    has_gpus = device == "cuda" or (device == "auto" and there.get("GPU", 0) >= 1)
    kind = "GPU" if has_gpus else "CPU"
    most = int(there.get(kind, 0))
    if (wanted := count or most) > most or not wanted:
        raise TrainingError(f"the cluster has {most} {kind}s, not {wanted or 'one'}")
    return wanted, has_gpus
