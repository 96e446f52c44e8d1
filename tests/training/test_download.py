"""DeepLesion is fetched in parts, checked and unpacked; from a server on this machine."""

import hashlib
import re
import socket
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from lesion_viewer.errors import TrainingError
from training import cli
from training.deeplesion.download import NoConnection, Remote, by_hand, download, file_list

CONTENT = bytes(range(256)) * 20_000


class Server(ThreadingHTTPServer):
    """Serves ``files`` by name, by ranges unless told not to; says what was asked for.

    ``breaks_after`` bytes of an answer the connection ends, for each number in it.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.knows_ranges = True
        self.breaks_after: list[int] = []
        self.asked: list[tuple[str, str]] = []

    def remote(self, name: str, content: bytes) -> Remote:
        self.files[name] = content
        sums = (hashlib.md5(content).hexdigest(), hashlib.sha256(content).hexdigest())
        return Remote(name, f"http://127.0.0.1:{self.server_port}/{name}", len(content), *sums)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name, wanted = self.path[1:], self.headers.get("Range", "")
        self.server.asked.append((name, wanted))
        if name not in self.server.files:
            self.send_error(404)
            return
        content = self.server.files[name]
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if self.server.knows_ranges else 0
        self.send_response(206 if self.server.knows_ranges else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        sent = content[start:]
        if self.server.breaks_after:
            sent = sent[: self.server.breaks_after.pop(0)]
        self.wfile.write(sent)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def fetch(remote: Remote, folder: Path) -> list[tuple[str, int, int]]:
    told: list[tuple[str, int, int]] = []
    download([remote], folder, lambda *progress: told.append(progress))
    return told


def zip_of(members: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def files_in(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())


def test_a_file_is_fetched_once_with_progress_in_mb(server: Server, tmp_path: Path) -> None:
    remote = server.remote("rows.csv", CONTENT)

    told = fetch(remote, tmp_path)
    fetch(remote, tmp_path)

    assert (tmp_path / "rows.csv").read_bytes() == CONTENT
    assert told[-1] == ("rows.csv (MB)", 5, 5)
    assert server.asked == [("rows.csv", "bytes=0-")]


def test_a_broken_connection_is_taken_up_where_it_ended(server: Server, tmp_path: Path) -> None:
    remote = server.remote("rows.csv", CONTENT)
    server.breaks_after = [1_000_000, 2_000_000]

    fetch(remote, tmp_path)

    assert (tmp_path / "rows.csv").read_bytes() == CONTENT
    assert [wanted for _, wanted in server.asked] == [
        "bytes=0-",
        "bytes=1000000-",
        "bytes=3000000-",
    ]


def test_a_stopped_download_goes_on_with_what_is_there(server: Server, tmp_path: Path) -> None:
    remote = server.remote("rows.csv", CONTENT)
    server.breaks_after = [1_500_000, 0]
    with pytest.raises(NoConnection, match="ended after 1500000 of 5120000 bytes"):
        fetch(remote, tmp_path)
    assert files_in(tmp_path) == ["rows.csv.part"]

    fetch(remote, tmp_path)

    assert (tmp_path / "rows.csv").read_bytes() == CONTENT
    assert server.asked[-1] == ("rows.csv", "bytes=1500000-")


def test_a_server_without_ranges_sends_all_again(server: Server, tmp_path: Path) -> None:
    remote = server.remote("rows.csv", CONTENT)
    server.knows_ranges = False
    (tmp_path / "rows.csv.part").write_bytes(b"other bytes")

    fetch(remote, tmp_path)

    assert (tmp_path / "rows.csv").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (CONTENT[:-1] + b"x", "published md5 sum"),
        (CONTENT + b"x", "has 5120001 bytes in place of 5120000"),
    ],
)
def test_another_file_than_the_published_one_is_removed_and_named(
    server: Server, tmp_path: Path, sent: bytes, said: str
) -> None:
    remote = server.remote("rows.csv", CONTENT)
    server.files["rows.csv"] = sent

    with pytest.raises(TrainingError, match=said):
        fetch(remote, tmp_path)

    assert files_in(tmp_path) == []


def test_an_address_that_does_not_answer_or_lacks_the_file_is_named(
    server: Server, tmp_path: Path
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/rows.csv"
        with pytest.raises(NoConnection, match=f"{url} cannot be reached"):
            fetch(Remote("rows.csv", url, 5, "", "00"), tmp_path)
    gone = server.remote("rows.csv", CONTENT)
    server.files.clear()
    with pytest.raises(NoConnection, match="Not Found"):
        fetch(gone, tmp_path)


def test_images_are_unpacked_once_and_their_zip_is_removed(server: Server, tmp_path: Path) -> None:
    slices = {f"Images_png/000001_01_01/{n:03}.png": bytes([n]) * 99 for n in range(3)}
    remote = server.remote("Images_png_01.zip", zip_of(slices))

    fetch(remote, tmp_path)
    fetch(remote, tmp_path)

    assert files_in(tmp_path) == [*slices, "Images_png_01.zip.unpacked"]
    assert all((tmp_path / name).read_bytes() == content for name, content in slices.items())
    assert len(server.asked) == 1


def test_a_zip_that_was_put_there_by_hand_is_checked_and_unpacked(
    server: Server, tmp_path: Path
) -> None:
    content = zip_of({"Images_png/000001_01_01/001.png": b"1"})
    remote = server.remote("Images_png_01.zip", content)
    (tmp_path / remote.name).write_bytes(content[:-1])
    with pytest.raises(TrainingError, match="remove it and run the command again"):
        fetch(remote, tmp_path)
    (tmp_path / remote.name).write_bytes(content)

    fetch(remote, tmp_path)

    assert files_in(tmp_path) == ["Images_png/000001_01_01/001.png", f"{remote.name}.unpacked"]
    assert server.asked == []


def test_nothing_but_slices_leaves_a_zip_and_nothing_leaves_the_images_folder(
    server: Server, tmp_path: Path
) -> None:
    names = [
        "../../000001_01_01/001.png",
        "/etc/000001_01_01/002.png",
        "../evil.png",
        "/Images_png/x/001.png",
        "Images_png/000001_01_01/../../001.png",
        "Images_png/000001_01_01/001.py",
        "DL_info.csv",
    ]
    remote = server.remote("Images_png_01.zip", zip_of(dict.fromkeys(names, b"1")))

    fetch(remote, tmp_path / "data")

    assert files_in(tmp_path) == [
        "data/Images_png/000001_01_01/001.png",
        "data/Images_png/000001_01_01/002.png",
        "data/Images_png_01.zip.unpacked",
    ]


def test_a_zip_without_slices_is_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="does not hold slices"):
        fetch(server.remote("Images_png_01.zip", zip_of({"notes.txt": b"1"})), tmp_path)


def test_a_damaged_member_is_no_image(server: Server, tmp_path: Path) -> None:
    content = bytearray(zip_of({"Images_png/000001_01_01/001.png": bytes(range(200))}))
    content[80] ^= 0xFF
    remote = server.remote("Images_png_01.zip", bytes(content))

    with pytest.raises(TrainingError, match="is damaged"):
        fetch(remote, tmp_path)

    assert not list(tmp_path.rglob("*.png"))


def test_the_list_names_dl_info_lesanets_tags_and_56_zips_of_220_gb() -> None:
    remotes = file_list()

    names = [remote.name for remote in remotes]
    assert names[:2] == ["DL_info.csv", "text_mined_labels_171_and_split.json"]
    assert names[2:] == [f"Images_png_{n:02}.zip" for n in range(1, 57)]
    assert len({remote.url for remote in remotes}) == 58
    assert all(remote.url.startswith("https://nihcc.box.com/") for remote in remotes[2:])
    assert all(re.fullmatch("[0-9a-f]{32}", remote.md5) for remote in remotes[2:])
    assert all(re.fullmatch("[0-9a-f]{64}", remote.sha256) for remote in remotes)
    assert sum(remote.size for remote in remotes) == pytest.approx(238e9, rel=0.01)


@pytest.mark.realdata
def test_the_list_has_the_sums_of_the_real_tags(real_data: Path) -> None:
    content = (real_data / "deeplesion" / "text_mined_labels_171_and_split.json").read_bytes()
    (remote,) = [r for r in file_list() if r.name.endswith(".json")]
    assert (remote.size, remote.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_what_to_fetch_by_hand_and_where_to_put_it_is_printed(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["download", str(tmp_path / "data"), "--list"])

    assert result.exit_code == 0
    assert result.stdout.strip() == by_hand(file_list(), tmp_path / "data")
    assert all(remote.url in result.stdout for remote in file_list())
    assert f"Put the files into {tmp_path / 'data'}" in result.stdout
    assert not (tmp_path / "data").exists()


def test_without_a_network_the_command_says_what_to_do_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = Remote("rows.csv", "http://127.0.0.1:9/rows.csv", 5, "", "00")
    monkeypatch.setattr("training.deeplesion.download.file_list", lambda: (refused,))
    monkeypatch.setattr("sys.argv", ["lesion-training", "download", str(tmp_path)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert f"Put the files into {tmp_path}" in said
    assert said.strip().splitlines()[-1].startswith("lesion-training: http://127.0.0.1:9/rows.csv")
