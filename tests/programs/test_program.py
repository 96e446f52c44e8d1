"""A finished program reads, detects, reviews and exports with what it brings along."""

import csv
import json
import re
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

MAX_BUNDLE_MB = 700
MAX_INSTALLED_MB = 1000
# Library that a bundle takes from the system -> Debian's package, which the manual names.
OF_THE_SYSTEM = {
    **dict.fromkeys(("libEGL", "libGLdispatch", "libwayland-client"), "libegl1"),
    **dict.fromkeys(("libGL", "libGLX", "libX11", "libxcb"), "libgl1"),
    **{"libxkbcommon": "libxkbcommon0", "libdbus-1": "libdbus-1-3"},
    **{"libfontconfig": "libfontconfig1", "libglib-2": "libglib2.0-0"},
    **{"libxcb-cursor": "libxcb-cursor0", "libxcb-icccm": "libxcb-icccm4"},
    **{"libxcb-keysyms": "libxcb-keysyms1", "libxkbcommon-x11": "libxkbcommon-x11-0"},
    **{"libwayland-cursor": "libwayland-cursor0", "libwayland-egl": "libwayland-egl1"},
}
# In libc6, which every Debian has.
OF_LIBC = {"libc", "libm", "libdl", "libpthread", "librt", "libutil", "libresolv"}


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
    (packages,) = (path.parents[2] for path in folder.rglob("numpy/_core/_multiarray_umath.*.so"))
    names = {path.name for path in packages.iterdir()}
    assert "onnxruntime" in names
    assert {"SimpleITK", "scipy"} <= names and not names & {"torch", "torchvision"}
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
        for name, where in re.findall(r"(\S+) => (.+)", needed):
            if not where.startswith(str(inner)):
                asked[name.split(".")[0]] = file.name
    known = OF_LIBC | OF_THE_SYSTEM.keys()
    assert {name: file for name, file in asked.items() if name not in known} == {}
    assert all(OF_THE_SYSTEM[name] in manual for name in asked.keys() - OF_LIBC)
