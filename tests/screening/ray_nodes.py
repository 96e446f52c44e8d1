"""Ray clusters of two nodes on this machine, each in a network of its own where that is allowed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from ray.util import get_node_ip_address

from tests.exchange.orthanc import free_port

START = (sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1")
START_S = 120.0
# Of nodes and drivers: without a token, and without reports to Ray's makers; who has lost the head
# gives it up after ten seconds, not sixty.
ENVIRONMENT = {
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_gcs_rpc_server_reconnect_timeout_s": "10",
}
STORE_BYTES = 80 * 2**20


@dataclass
class Nodes:
    """A head and another node; ``prefix`` begins the command of a driver beside the head."""

    address: str
    prefix: tuple[str, ...]
    starts: tuple[list[str], ...]
    files: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, which: int) -> None:
        """Start a node, and wait until the cluster has it."""
        before = alive(self.address, self.prefix) if which else set()
        process = subprocess.Popen(
            self.starts[which],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT},
        )
        self.running[which : which + 1] = [process]
        deadline = time.monotonic() + START_S
        while not alive(self.address, self.prefix) - before:
            assert process.poll() is None, "a node of Ray ended"
            assert time.monotonic() < deadline, "a node of Ray does not start"
            time.sleep(0.5)

    def spilled(self) -> list[Path]:
        """Files of objects for which the nodes had no memory."""
        return [p for p in self.files.rglob("*") if "spilled" in str(p) and p.is_file()]

    def kill(self, which: int) -> None:
        """Kill all processes of a node, as when its machine loses power."""
        process = self.running[which]
        for pid in [*descendants(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


COUNT = """
import sys
from ray._raylet import GcsClient
nodes = GcsClient(address=sys.argv[1]).get_all_node_info(timeout=5)
print(*(key.hex() for key, node in nodes.items() if node.state == 0))
"""


def alive(address: str, prefix: Sequence[str] = ()) -> set[str]:
    """The nodes that the head of a cluster takes for alive; none where it does not answer."""
    asked = subprocess.run(
        [*prefix, sys.executable, "-c", COUNT, address],
        capture_output=True,
        text=True,
        env={**os.environ, **ENVIRONMENT},
    )
    return set(asked.stdout.split()) if asked.returncode == 0 else set()


@contextmanager
def two_nodes(in_namespaces: bool = False) -> Iterator[Nodes]:
    """A cluster of two nodes with a CPU each."""
    made = _namespaces if in_namespaces else _loopback
    # Ray puts sockets there, whose paths are short.
    with (
        TemporaryDirectory(prefix="lv-", ignore_cleanup_errors=True) as files,
        made(files) as nodes,
    ):
        try:
            nodes.start(0)
            nodes.start(1)
            yield nodes
        finally:
            for which in reversed(range(len(nodes.running))):
                nodes.kill(which)


@contextmanager
def _loopback(files: str) -> Iterator[Nodes]:
    port, host = free_port(), get_node_ip_address()
    address = f"{host}:{port}"
    yield Nodes(
        address,
        (),
        (
            [*START, *_head(host, port, files)],
            [*START, f"--address={address}"],
        ),
        Path(files),
    )


def namespaces_work() -> bool:
    """Whether networks can be made here (Linux, as root, with iproute2)."""
    return (
        shutil.which("ip") is not None
        and not subprocess.run(["ip", "netns", "add", "lv-test"], capture_output=True).returncode
        and not subprocess.run(["ip", "netns", "del", "lv-test"], capture_output=True).returncode
    )


@contextmanager
def _namespaces(files: str) -> Iterator[Nodes]:
    """Two namespaces with a cable between them: 10.77.0.1 and 10.77.0.2."""
    first, second = names = [f"lv-{token_hex(3)}" for _ in range(2)]
    try:
        for name in names:
            _ip("netns", "add", name)
        _ip("link", "add", "eth0", "netns", first, "type", "veth", "peer", "eth0", "netns", second)
        for number, name in enumerate(names, 1):
            _ip("-n", name, "address", "add", f"10.77.0.{number}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        into = [("ip", "netns", "exec", name) for name in names]
        address = "10.77.0.1:6379"
        yield Nodes(
            address,
            into[0],
            (
                [*into[0], *START, *_head("10.77.0.1", 6379, files)],
                [*into[1], *START, f"--address={address}", "--node-ip-address=10.77.0.2"],
            ),
            Path(files),
        )
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def _head(host: str, port: int, files: str) -> list[str]:
    return [
        "--head",
        f"--node-ip-address={host}",
        f"--port={port}",
        f"--temp-dir={files}",
        "--include-dashboard=false",
        f"--object-store-memory={STORE_BYTES}",
    ]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def descendants(pid: int) -> list[int]:
    """All processes that a process started, and those started, deepest last."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                said = (entry / "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(said[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found
