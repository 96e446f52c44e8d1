"""A finished program reads, detects, reviews and exports with what it brings along, and no torch."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import gdcm
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.uid import JPEG2000Lossless, RLELossless

from lesion_viewer import __version__
from tests.programs.conftest import Call

MAX_BUNDLE_MB = 500
MAX_INSTALLED_MB = 750
# Library -> Debian's package that the manual names, or that every Debian has.
OF_THE_SYSTEM = {
    **dict.fromkeys(
        ("libc", "libm", "libdl", "libpthread", "librt", "libutil", "libresolv", "ld-linux-x86-64"),
        "libc6",
    ),
    **{"libEGL": "libegl1", "libGL": "libgl1", "libGLX": "libgl1", "libOpenGL": "libgl1"},
    **{"libGLdispatch": "libgl1", "libxkbcommon": "libxkbcommon0", "libdbus-1": "libdbus-1-3"},
    **{"libfontconfig": "libfontconfig1", "libglib-2": "libglib2.0-0"},
    **dict.fromkeys(("libxcb-cursor", "libxcb-icccm", "libxcb-keysyms"), "libxcb-cursor0"),
}


def folder_of(program: list[str]) -> Path:
    """The folder with all of the program; of a wheel, its environment."""
    executable = Path(program[-1])
    if len(program) > 1:  # chroot FOLDER
        executable = Path(program[1]) / executable.relative_to("/")
    return executable.parent if is_bundle(executable) else executable.parents[1]


def is_bundle(executable: Path) -> bool:
    return (executable.parent / "_internal").is_dir()


def test_it_says_its_version(call: Call) -> None:
    assert call("--version") == f"{__version__}\n"


def test_it_brings_no_torch_and_is_small(program: list[str]) -> None:
    folder = folder_of(program)
    names = {path.name for path in folder.rglob("*")}
    assert "onnxruntime" in names
    assert not names & {"torch", "torchvision", "SimpleITK"}
    most = MAX_BUNDLE_MB if (folder / "_internal").is_dir() else MAX_INSTALLED_MB
    size = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())
    print(f"\n{size / 2**20:.0f} MiB in {folder}")
    assert size <= most * 2**20


def test_it_checks_a_dicom_folder(call: Call, study: Path) -> None:
    assert "12 slices of 256 x 256" in call("check", study)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_it_has_its_decoders(call: Call, study: Path, tmp_path: Path, syntax: str) -> None:
    for file in study.rglob("*.dcm"):
        dataset = pydicom.dcmread(file)
        dataset.compress(syntax)
        dataset.save_as(tmp_path / file.name)
    assert "unreadable" not in call("check", tmp_path)


def test_it_has_gdcm_for_lossless_jpeg(call: Call, study: Path, tmp_path: Path) -> None:
    for file in study.rglob("*.dcm"):
        reader, change, writer = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax(), None
        reader.SetFileName(str(file))
        assert reader.Read()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        writer.SetFileName(str(tmp_path / file.name))
        assert writer.Write()
    assert "unreadable" not in call("check", tmp_path)


def test_it_reads_an_nrrd_that_it_wrote(call: Call, study: Path, tmp_path: Path) -> None:
    call("segment", study, "--output", tmp_path / "body.seg.nrrd")
    assert "12 slices of 256 x 256" in call("check", tmp_path / "body.seg.nrrd")


def test_it_detects(call: Call, study: Path, tmp_path: Path) -> None:
    boxes = tmp_path / "boxes.csv"
    call("detect", study, "--output", boxes, "--slices", "3:8", "--model", "phantom-small")
    with boxes.open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) > 0


def test_its_window_detects_reviews_and_exports(call: Call, tmp_path: Path) -> None:
    written = [Path(line) for line in call("demo", "--output", tmp_path).splitlines()]
    picture = np.asarray(Image.open(tmp_path / "window.png").convert("L"))
    assert min(picture.shape) > 500 and picture.std() > 10  # a CT is drawn in it
    call("export", written[-1], "--format", "coco", "--output", tmp_path / "review.json")
    assert json.loads((tmp_path / "review.json").read_text(encoding="utf-8"))["annotations"]


def test_what_is_left_out_is_named_with_its_extra(
    program: list[str], study: Path, tmp_path: Path
) -> None:
    command = [*program, "anonymise", str(study), "--output", str(tmp_path / "copy")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "pip install 'lesion-viewer[anonymise]'" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux's loader says")
def test_a_bundle_asks_the_system_only_for_libraries_that_the_manual_names(
    program: list[str],
) -> None:
    inner = folder_of(program) / "_internal"
    if not inner.is_dir():
        pytest.skip("a wheel brings libraries in packages of its own")
    manual = (Path(__file__).parents[2] / "docs" / "install.md").read_text(encoding="utf-8")
    asked = {}
    for file in [*inner.rglob("*.so"), *inner.rglob("*.so.*")]:
        needed = subprocess.run(
            ["ldd", file],
            capture_output=True,
            text=True,
            env={"LD_LIBRARY_PATH": f"{inner}:{inner}/PySide6/Qt/lib"},
        ).stdout
        for line in needed.splitlines():
            name, _, where = line.strip().partition(" => ")
            if not where.startswith(str(inner)) and "linux-vdso" not in name:
                asked[Path(name.split()[0]).name.split(".")[0]] = file.name
    unknown = {name: file for name, file in asked.items() if name not in OF_THE_SYSTEM}
    assert not unknown
    assert all(OF_THE_SYSTEM[name] in manual for name in asked if OF_THE_SYSTEM[name] != "libc6")
