"""A real Orthanc on loopback, for tests."""

import json
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

PLUGINS = "/usr/share/orthanc/plugins"
START_S = 30.0
needs_orthanc = pytest.mark.skipif(
    shutil.which("Orthanc") is None, reason="Orthanc (orthanc, orthanc-dicomweb) is not installed"
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Orthanc:
    """One that runs."""

    http: int
    dicom: int
    authorisation: str = ""

    @property
    def address(self) -> str:
        return f"ORTHANC@127.0.0.1:{self.dicom}"

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def url(self) -> str:
        return f"{self.root}/dicom-web"

    def ask(self, path: str, method: str = "GET", data: bytes | None = None) -> bytes:
        headers = {"Authorization": self.authorisation} if self.authorisation else {}
        request = urllib.request.Request(self.root + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            content: bytes = answer.read()
        return content

    def store(self, folder: Path) -> None:
        """Put all files of a folder into it, as a scanner would."""
        for file in sorted(folder.iterdir()):
            self.ask("/instances", "POST", file.read_bytes())

    def clear(self) -> None:
        for patient in json.loads(self.ask("/patients")):
            self.ask(f"/patients/{patient}", "DELETE")


@contextmanager
def over_tls(http: int, certificate: Path) -> Iterator[int]:
    """A port that speaks TLS for a server that does not, as nginx stands before Orthanc."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    class Before(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as client,
                socket.create_connection(("127.0.0.1", http)) as server,
            ):
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join(5)

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Before) as front:
        front.daemon_threads = True
        threading.Thread(target=front.serve_forever, daemon=True).start()
        yield front.server_address[1]
        front.shutdown()


@contextmanager
def running(folder: Path, password: str = "", **changes: object) -> Iterator[Orthanc]:
    """Start one with its store under ``folder``; end it afterwards.

    With a password it knows the user ``reader``.
    """
    basic = b64encode(f"reader:{password}".encode()).decode()
    authorisation = f"Basic {basic}" if password else ""
    one = Orthanc(free_port(), free_port(), authorisation)
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "Name": "Test", "DicomAet": "ORTHANC", "HttpPort": one.http, "DicomPort": one.dicom,
        "StorageDirectory": str(folder / "store"), "IndexDirectory": str(folder / "store"),
        "Plugins": [PLUGINS], "DicomWeb": {"Enable": True}, "RemoteAccessAllowed": False,
        "AuthenticationEnabled": bool(password),
        "RegisteredUsers": {"reader": password} if password else {},
        "DicomCheckCalledAet": True,
        "DicomModalities": {"viewer": ["LESIONVIEWER", "127.0.0.1", 11112]},
        "DicomAlwaysAllowGet": True, **changes,
    }  # fmt: skip
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["Orthanc", str(folder / "orthanc.json")], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        began = time.monotonic()
        while True:
            try:
                one.ask("/system")
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() - began > START_S:
                    raise RuntimeError(f"{error}\n{(folder / 'log').read_text()}") from None
                time.sleep(0.05)
        yield one
    finally:
        process.terminate()
        process.wait(timeout=20)
