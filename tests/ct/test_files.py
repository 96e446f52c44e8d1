"""Folders and zips that are meant to trap whoever looks through them."""

import os
import shutil
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from lesion_viewer.cli import main
from lesion_viewer.ct.files import opened_files, zip_archive
from lesion_viewer.ct.files.opened_files import FolderFiles, LastRead
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.errors import CTError, one_line

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def reasons(study):
    return {f.file: f.reason for f in study.left_out}


@needs_links
def test_links_to_folders_and_files_are_followed(ct_folder, tmp_path):
    opened = tmp_path / "opened"
    opened.mkdir()
    (opened / "study").symlink_to(ct_folder)
    (opened / "one more").symlink_to(ct_folder / "slice9")
    study = open_collection(opened)
    assert study.series[0].shape[0] == 5
    assert len(study.left_out) == 1  # the slice that is there twice


@needs_links
def test_links_in_a_circle_end_and_are_named(ct_folder):
    (ct_folder / "loop").symlink_to(ct_folder)
    (ct_folder / "a").mkdir()
    (ct_folder / "a" / "up").symlink_to("..")
    study = open_collection(ct_folder)
    assert study.series[0].shape[0] == 5
    assert reasons(study) == dict.fromkeys(("a/up", "loop"), "is a link to a folder that is read")


@needs_links
def test_a_link_to_itself_is_named_and_the_rest_is_read(ct_folder):
    (ct_folder / "self").symlink_to("self")
    study = open_collection(ct_folder)
    assert study.series[0].shape[0] == 5
    assert list(reasons(study)) == ["self"]
    assert reasons(study)["self"].startswith("cannot be read: ")


@needs_links
def test_what_is_no_file_is_named_and_not_waited_for(ct_folder):
    os.mkfifo(ct_folder / "pipe")
    (ct_folder / "broken").symlink_to("nowhere")
    assert reasons(open_collection(ct_folder)) == {
        "pipe": "is a pipe",
        "broken": "is a link that leads nowhere: No such file or directory",
    }
    with pytest.raises(CTError, match="pipe is neither a folder nor a file"):
        open_collection(ct_folder / "pipe")


def test_a_folder_as_deep_as_the_system_allows_is_searched(ct_folder, tmp_path):
    deep = tmp_path / "deep"
    folders = [str(deep) + "/d" * n for n in range(1200)]
    for folder in folders:
        os.mkdir(folder)
    file = shutil.copy(ct_folder / "slice9", f"{folders[-1]}/slice")
    assert open_collection(deep).series[0].slices[0].file.endswith("/d/slice")
    os.unlink(file)
    for folder in reversed(folders):
        os.rmdir(folder)  # what cleans up after tests would not come to the end of it


def test_a_folder_of_too_many_files_is_refused_before_all_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(opened_files, "MAX_FILES", 50)
    for n in range(60):
        (tmp_path / str(n)).touch()
    with pytest.raises(CTError, match="holds over 50 files: open the folder of one study"):
        open_collection(tmp_path)


def test_a_million_files_would_take_up_less_than_a_gigabyte(tmp_path):
    """Measured on 2,000 of them, all junk, so that each is named as left out."""
    count = 2000
    for n in range(count):
        (tmp_path / f"{n:06}").write_bytes(b"x")
    tracemalloc.start()
    with pytest.raises(CTError, match="holds no CT"):
        open_collection(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / count * opened_files.MAX_FILES < 2**30


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_names_in_any_encoding_are_read_and_printed(ct_folder, capsys):
    strange = os.fsencode(ct_folder) + b"/\xff\xfe\n\x1b[31m\xe2\x80\xae.txt"
    with open(strange, "wb") as file:
        file.write(b"junk")
    os.rename(ct_folder / "slice9", os.fsencode(ct_folder) + b"/\xe4\xf6")
    assert main(["check", str(ct_folder)]) == 0
    out = capsys.readouterr().out
    assert "\\xff\\xfe\\n\\x1b[31m\\u202e.txt is no DICOM file" in out
    assert main(["check", str(ct_folder), "--json"]) == 0


def test_a_long_text_is_cut_in_its_middle():
    assert one_line("a" * 700 + "b" * 700) == "a" * 300 + " … " + "b" * 300


def test_only_the_last_file_is_kept(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")
    kept = LastRead(FolderFiles(tmp_path))
    assert kept.read("a", 2, 3) == b"234"
    (tmp_path / "a").unlink()
    assert kept.read("a", 8) == b"89"


def test_a_member_that_is_in_a_zip_twice_is_left_out(ct_folder, tmp_path):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(ct_folder / "slice9", "a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.write(ct_folder / "slice8", "a")
        archive.write(ct_folder / "slice7", "b")
    study = open_collection(path)
    assert reasons(study) == {"a": "is in the zip 2 times"}
    assert study.series[0].decode(0)[0, 0] == 2


@pytest.mark.parametrize("is_64", [False, True])
def test_a_zip_whose_list_of_members_fills_the_memory_is_refused(tmp_path, is_64):
    size = zip_archive.MAX_DIRECTORY_BYTES + 1
    end = b"PK\5\6" + bytes(8) + struct.pack("<I", 0xFFFFFFFF if is_64 else size) + bytes(6)
    end64 = b"PK\6\6" + bytes(36) + struct.pack("<Q", size) + bytes(8)
    locator = b"PK\6\7" + bytes(4) + struct.pack("<Q", 10) + bytes(4)
    path = tmp_path / "study.zip"
    path.write_bytes(bytes(10) + (end64 + locator if is_64 else b"") + end)
    with pytest.raises(CTError, match=r"study\.zip has a list of members of over"):
        open_collection(path)


def test_a_member_in_another_compression_is_named(ct_folder, tmp_path):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.write(ct_folder / "slice9", "a")
    with pytest.raises(CTError, match="a is compressed in a way that is not read from a zip"):
        open_collection(path)


def test_nothing_is_written_beside_an_opened_zip_or_folder(ct_folder, tmp_path: Path):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../up.dcm", "/etc/root.dcm", "C:\\x\\y.dcm"):
            archive.write(ct_folder / "slice9", name)
    before = sorted(tmp_path.rglob("*"))
    assert open_collection(path).series[0].decode(0)[0, 0] == 0
    assert sorted(p for p in tmp_path.rglob("*") if "home" not in p.parts) == before


def test_a_zip_in_a_folder_or_a_zip_is_named_as_one(ct_folder, tmp_path):
    shutil.make_archive(str(ct_folder / "more"), "zip", ct_folder)
    reason = {"more.zip": "is a zip: open it by itself, or unpack it"}
    assert reasons(open_collection(ct_folder)) == reason
    shutil.make_archive(str(tmp_path / "all"), "zip", ct_folder)
    assert reasons(open_collection(tmp_path / "all.zip")) == reason


@pytest.mark.parametrize("name", ["junk", "junk.zip", "1.png", "junk.nii", "junk.mha", "DICOMDIR"])
def test_what_cannot_be_used_is_one_line_and_status_1(tmp_path, capsys, name):
    (tmp_path / name).write_bytes(b"junk\n\x1b[2J" * 100)
    assert main(["check", str(tmp_path / name)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("lesion-viewer: ") and name in err
    assert err.count("\n") == 1 and err[:-1].isprintable()
