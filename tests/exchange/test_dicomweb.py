"""DICOMweb: a real Orthanc is asked, with a password and over TLS, and servers that misbehave."""

import datetime
import ipaddress
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keyring
import pydicom
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from keyring.backend import KeyringBackend

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.report_writing import export_report
from lesion_viewer.exchange.pacs.addresses import Address, archive_at, archive_named, name_address
from lesion_viewer.exchange.pacs.archive import Cancelled, Query, fetch_study
from lesion_viewer.exchange.pacs.dicomweb import WebArchive
from tests.exchange.orthanc import Orthanc, free_port, needs_orthanc, over_tls, running
from tests.exchange.reports import ROOT, SLICES, review_of, write_study

STUDY = f"{ROOT}.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    path.write_bytes(private + signed.public_bytes(pem))
    return path


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running(tmp_path_factory.mktemp("orthanc"), "secret") as one:
        yield one


@pytest.fixture(scope="module")
def url(orthanc: Orthanc, certificate: Path) -> Iterator[str]:
    with over_tls(orthanc.http, certificate) as port:
        yield f"https://127.0.0.1:{port}/dicom-web"


@pytest.fixture
def pacs(orthanc: Orthanc, url: str, certificate: Path, tmp_path: Path) -> WebArchive:
    orthanc.clear()
    orthanc.store(write_study(tmp_path / "images"))
    return WebArchive(url, "reader", "secret", certificate, answer_s=5)


class MemoryKeyring(KeyringBackend):
    """A keyring of this test alone."""

    priority = 9.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    ring = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    return ring


def kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*")) if folder.exists() else []


@needs_orthanc
def test_studies_are_found_counted_and_fetched_whole(pacs: WebArchive, tmp_path: Path) -> None:
    pacs.verify()
    (study,) = pacs.find(Query(patient_id="4711", date="20240101-20241231", modality="CT"))
    assert (study.uid, study.patient_name, study.date) == (STUDY, "Doe^Jane", "2024-05-01")
    for query in (Query("47*"), Query("47?1"), Query(patient_name="Doe^*")):
        assert pacs.find(query)[0].uid == STUDY
    assert pacs.find(Query("48*")) == [] == pacs.find(Query(patient_name="Roe*"))
    assert pacs.find(Query(date="-20231231")) == [] and pacs.count("1.2.3") == 0
    seen: list[tuple[int, int]] = []
    folder = fetch_study(pacs, STUDY, tmp_path / "in", lambda *of: seen.append(of))
    assert seen[-1] == (SLICES, SLICES)
    ours, theirs = (open_study(path).series[0] for path in (folder, tmp_path / "images"))
    for index in range(SLICES):
        assert (ours.decode(index) == theirs.decode(index)).all()


@needs_orthanc
def test_images_come_in_the_transfer_syntax_in_which_they_are_kept(
    pacs: WebArchive, orthanc: Orthanc, tmp_path: Path
) -> None:
    orthanc.clear()
    images = tmp_path / "images"
    plain = [open_study(images).series[0].decode(n) for n in range(SLICES)]
    for file in images.iterdir():
        image = pydicom.dcmread(file)
        image.compress(pydicom.uid.JPEG2000Lossless)
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID
        image.save_as(file)
    orthanc.store(images)
    folder = fetch_study(pacs, STUDY, tmp_path / "in")
    syntaxes = {pydicom.dcmread(p).file_meta.TransferSyntaxUID for p in folder.iterdir()}
    assert syntaxes == {pydicom.uid.JPEG2000Lossless}
    series = open_study(folder).series[0]
    assert all((series.decode(n) == plain[n]).all() for n in range(SLICES))


@needs_orthanc
def test_a_report_is_stored_and_asked_for_again(pacs: WebArchive, tmp_path: Path) -> None:
    session = review_of(tmp_path / "images", tmp_path / "a.review")
    export_report(session, tmp_path / "report.dcm", tmp_path / "images")
    session.close()
    pacs.send([tmp_path / "report.dcm"], lambda done, total: None)
    assert pacs.count(STUDY) == SLICES + 1
    (tmp_path / "note.txt").write_text("no image")
    with pytest.raises(ExchangeError, match=r"note\.txt: is no DICOM file"):
        pacs.send([tmp_path / "note.txt"], lambda done, total: None)


@needs_orthanc
def test_a_wrong_password_and_an_untrusted_certificate_are_said(
    pacs: WebArchive, url: str, certificate: Path, tmp_path: Path
) -> None:
    with pytest.raises(ExchangeError, match="wants a user and a password"):
        WebArchive(url, "reader", "wrong", certificate).verify()
    with pytest.raises(ExchangeError, match="its certificate is not trusted"):
        WebArchive(url, "reader", "secret").verify()
    with pytest.raises(ExchangeError, match="its certificate is not trusted"):
        fetch_study(WebArchive(url, "reader", "secret"), STUDY, tmp_path / "in")
    assert kept(tmp_path / "in") == []


@needs_orthanc
def test_a_download_that_is_given_up_keeps_nothing(pacs: WebArchive, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled):
        fetch_study(pacs, STUDY, tmp_path / "in", lambda *of: stop.set(), stop)
    assert kept(tmp_path / "in") == []


@needs_orthanc
def test_commands_ask_a_named_archive_and_print_no_patient(
    pacs: WebArchive,
    url: str,
    certificate: Path,
    memory: MemoryKeyring,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = Address(url, user="reader", certificates=str(certificate))
    name_address("hospital", address, "secret")
    assert "secret" in memory.kept.values()
    assert main(["archive"]) == 0
    assert main(["query", "hospital", "--patient-id", "47*"]) == 0
    said = capsys.readouterr()
    assert STUDY in said.out
    assert "Doe" not in said.out + said.err and "secret" not in said.out + said.err
    assert main(["pull", "hospital", STUDY, "--output", str(tmp_path / "in")]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "in" / STUDY)
    review_of(tmp_path / "in" / STUDY, tmp_path / "a.review").close()
    report = str(tmp_path / "r.dcm")
    export = ["export", str(tmp_path / "a.review"), "--format", "sr", "--output", report]
    assert main([*export, "--images", str(tmp_path / "in" / STUDY)]) == 0
    assert main(["push", "hospital", report]) == 0
    assert pacs.count(STUDY) == SLICES + 1
    assert main(["query", "nowhere"]) == 1
    assert "'nowhere' is no archive" in capsys.readouterr().err


def test_a_password_never_goes_in_the_open(memory: MemoryKeyring) -> None:
    memory.set_password("lesion-viewer", "http://pacs.example/dicom-web", "token")
    with pytest.raises(ExchangeError, match="goes by https alone"):
        archive_named("http://pacs.example/dicom-web")
    assert archive_at(Address("http://127.0.0.1:8042/dicom-web")).name.startswith("http://127")
    for text in ("PACS", "A@b", "A@b:99999", "TITLE-OF-SEVENTEEN@host:104", "ftp://x"):
        with pytest.raises(ExchangeError, match="is no archive"):
            archive_named(text)


@pytest.fixture
def server() -> Iterator[Callable[[int, bytes], str]]:
    """A server that answers every request with a status and a body."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                self.send_response(status)
                self.send_header("Content-Type", "application/dicom+json")
                self.send_header("Content-Length", str(len(body) or 9))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=one.serve_forever, daemon=True).start()
        servers.append(one)
        return f"http://127.0.0.1:{one.server_port}"

    yield start
    for one in servers:
        one.shutdown()
        one.server_close()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, b"no", "does not allow it .HTTP 403."),
        (404, b"no", "does not know this address"),
        (503, b"no", "is not ready"),
        (200, b"<html>", "answers what is no DICOMweb"),
        (200, b"", "answers what is no DICOMweb"),
    ],
)
def test_servers_that_misbehave_leave_one_line(
    server: Callable[[int, bytes], str], status: int, body: bytes, said: str, tmp_path: Path
) -> None:
    pacs = WebArchive(server(status, body), answer_s=2)
    with pytest.raises(ExchangeError, match=said):
        pacs.find(Query())
    with pytest.raises(ExchangeError, match=said):
        fetch_study(pacs, STUDY, tmp_path / "in")
    assert kept(tmp_path / "in") == []


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(ExchangeError, match="cannot be reached"):
        WebArchive(f"http://127.0.0.1:{free_port()}", answer_s=1).verify()
