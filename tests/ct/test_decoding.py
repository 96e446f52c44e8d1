"""Decoding in child processes: what is stopped, what a crash takes along, what it costs."""

import subprocess
import sys
import threading

import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless, RLELossless

from lesion_viewer.ct.dicom import frame_decoding, transfer_syntaxes
from lesion_viewer.ct.dicom.encapsulated import frame_of
from lesion_viewer.ct.dicom.frame_decoding import FrameForm, decode_frame
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError
from lesion_viewer.system import child_pool

# A child that does what each test asks of it, in the place of a decoder.
MISBEHAVING = """
import os, time
import numpy as np
from lesion_viewer.system.child_server import serve

def answer(request, payload):
    if request["rows"] == 1:
        time.sleep(60)
    if request["rows"] == 2:
        os.kill(os.getpid(), 11)
    if request["rows"] == 3:
        return {"dtype": "<u2", "shape": [9, 9]}, np.zeros(2**31, np.uint16)
    if request["rows"] == 4:
        return {"dtype": "object", "shape": [9, 9]}, np.zeros(9)
    if request["rows"] == 5:
        open("written", "w").write("x")
    return {"dtype": "<u2", "shape": [9, 9]}, np.full(request["rows"] * 9, 7, "<u2")

serve(answer)
"""


@pytest.fixture
def misbehaving(tmp_path, monkeypatch):
    (tmp_path / "misbehaving_child.py").write_text(MISBEHAVING)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(p for p in sys.path if p)}")
    monkeypatch.setattr(frame_decoding, "CHILD", "misbehaving_child")
    monkeypatch.setattr(frame_decoding, "SECONDS_A_FRAME", 2.0)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    child_pool.end_children()


def form(rows, columns=9):
    return FrameForm("1.2", rows, columns, 16, 16, False, "MONOCHROME2")


def test_a_decoder_that_hangs_is_stopped(misbehaving):
    with pytest.raises(CTError, match="cannot be decoded: not done in 2 s, and stopped"):
        decode_frame(b"", form(1))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
@pytest.mark.parametrize("rows", [2, 3])
def test_a_decoder_that_crashes_or_fills_the_memory_takes_nothing_along(misbehaving, rows):
    with pytest.raises(CTError, match="the decoder crashed or ran out of memory"):
        decode_frame(b"", form(rows))
    assert decode_frame(b"", form(6)).tolist() == [[7] * 9] * 6


def test_an_answer_that_makes_no_sense_is_refused(misbehaving):
    with pytest.raises(CTError, match="not as its header says"):
        decode_frame(b"", form(4))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on files")
def test_a_decoder_cannot_write_a_file(misbehaving):
    decode_frame(b"", form(5))
    assert (misbehaving / "written").read_bytes() == b""


def test_children_are_used_again_and_by_many_threads(tmp_path, ct_slice):
    stored = np.random.default_rng(0).integers(0, 3000, (64, 64)).astype(np.uint16)
    for n in range(12):
        dataset = ct_slice(n, stored=np.roll(stored, n))
        dataset.compress(JPEG2000Lossless)
        pydicom.dcmwrite(tmp_path / str(n), dataset)
    voxels = load_volume(open_study(tmp_path).series[0]).voxels
    for n in range(12):
        np.testing.assert_array_equal(voxels[n], np.roll(stored, n).astype(int) - 1024)
    assert 1 <= child_pool._idle[frame_decoding.CHILD].qsize() <= threading.active_count() + 4


def test_plain_files_start_no_child(ct_folder):
    code = (
        "import sys, subprocess; subprocess.Popen = None\n"
        "from pathlib import Path\n"
        "from lesion_viewer.ct.volume.loading import load_volume\n"
        "from lesion_viewer.ct.reading import open_study\n"
        f"load_volume(open_study(Path({str(ct_folder)!r})).series[0])\n"
        "assert not {'lesion_viewer.ct.dicom.frame_decoding', 'pydicom', 'gdcm', 'PIL'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("syntax", "answer"),
    [
        (JPEG2000Lossless, "1.2.840.10008.1.2.4.90, which needs the package pylibjpeg-openjpeg"),
        (RLELossless, None),
        ("1.2.840.10008.1.2.4.80", "JPEG-LS.*which needs the package python-gdcm"),
        ("1.2.840.10008.1.2.4.53", r"4\.53, which no package that we know decodes"),
        ("1.2.3.4", "stored as 1.2.3.4, which no package that we know decodes"),
    ],
)
def test_without_decoders_the_syntax_and_the_package_are_named(
    tmp_path, ct_slice, monkeypatch, syntax, answer
):
    monkeypatch.setattr(transfer_syntaxes, "_is_installed", lambda module: module == "pydicom")
    dataset = ct_slice(stored=np.full((16, 16), 1024, np.uint16))
    dataset.compress(RLELossless)
    dataset.file_meta.TransferSyntaxUID = syntax
    pydicom.dcmwrite(tmp_path / "slice", dataset)
    if answer is None:
        assert open_study(tmp_path).series[0].decode(0)[0, 0] == 0
        return
    with pytest.raises(CTError, match=answer):
        open_study(tmp_path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "without fragments"),
        (b"\xfe\xff\x00\xe0\0\0\0\0", "holds no compressed pixels"),
        (b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\xff\xff\0\0ab", "end 65533 bytes early"),
        (b"\xfe\xff\x00\xe0\0\0\0\0junk", "damaged between their fragments"),
    ],
)
def test_fragments_that_are_damaged_are_named(data, reason):
    with pytest.raises(CTError, match=reason):
        frame_of(data, 0, 1)


def test_frames_are_found_by_the_offset_table():
    frames = [b"abcdefgh", b"ijklmnop\xff\xd9", b"qrstuvwx"]
    data = pydicom.encaps.encapsulate(frames, fragments_per_frame=2, has_bot=True)
    assert [frame_of(data, n, 3).rstrip(b"\0") for n in range(3)] == frames
