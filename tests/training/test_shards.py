"""Shards: the same slices as from the source, from a disk, a server or an object store."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from lesion_viewer.detection.checkpoints.checkpoint import load_card
from lesion_viewer.errors import TrainingError
from training.fitting import sample_order
from training.fitting.loop import fit, slices_of
from training.fitting.sample_order import Stream
from training.fitting.sharded_slices import ShardedSlices
from training.recipe.recipe import Recipe, parse_recipe
from training.recipe.shard_data import ShardData
from training.scan import Scan
from training.shards.packing import packed, unpacked
from training.shards.reading import shards_of
from training.shards.writing import write_shards
from training.sources.scan_sources import sources_of

ROOT = Path(__file__).parents[2]
SMALL = 1
"""Bytes of a shard: each holds one scan."""

KILLED = """
import os, signal, sys
from pathlib import Path
from training.recipe.recipe import read_recipe
from training.shards.writing import write_shards
from training.sources.scan_sources import sources_of

def die(what, done, total, loss):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

recipe = read_recipe(Path(sys.argv[1]))
write_shards(recipe, sources_of(recipe.data, recipe.input), sys.argv[2], 1, die)
"""


def silent(what: str, done: int, total: int, loss: float) -> None:
    """Progress that nobody sees."""


def write(recipe: Recipe, url: str) -> None:
    write_shards(recipe, sources_of(recipe.data, recipe.input), url, SMALL, silent)


def on_shards(text: str, url: str, more: str = "") -> str:
    """A recipe's text with shards in place of its data."""
    head, rest = text.split("[data]")
    _, rest = rest.split("[augmentation]")
    return f'{head}[data]\nkind = "shards"\nurl = "{url}"\n{more}\n[augmentation]{rest}'


@pytest.fixture(scope="module")
def fabric() -> Fabric:
    return Fabric(accelerator="cpu", devices=1)


@pytest.fixture(scope="module")
def text(one_box_text: str) -> str:
    return one_box_text.replace("[900, 902]", "[900, 904]").replace("steps = 6", "steps = 3")


@pytest.fixture(scope="module")
def folder(text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four shards to learn from, and one to validate on."""
    folder = tmp_path_factory.mktemp("written") / "shards"
    write(parse_recipe(text), str(folder))
    return folder


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """A copy of the folder, to be damaged."""
    return shutil.copytree(folder, tmp_path / "copied")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The URL of the folder on a server."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def slices(recipe: Recipe, fabric: Fabric, cache: Path) -> ShardedSlices:
    sources = sources_of(recipe.data, recipe.input)
    train, _ = slices_of(recipe, sources, fabric, cache, silent)
    return train  # type: ignore[return-value]


def shown(recipe: Recipe, fabric: Fabric, cache: Path, steps: int) -> list[list]:
    """What a run would learn from: places, images, boxes."""
    stream = Stream(slices(recipe, fabric, cache), recipe.augmentation, recipe.seed)
    return [
        [one.place, one.image, one.target["boxes"]]
        for batch in stream.batches(fabric, range(steps), 4)
        for one in batch
    ]


def are_equal(one: list[list], other: list[list]) -> bool:
    return len(one) == len(other) and all(
        a[0] == b[0] and torch.equal(a[1], b[1]) and torch.equal(a[2], b[2])
        for a, b in zip(one, other, strict=True)
    )


def test_a_scan_comes_out_of_its_files_as_it_went_in() -> None:
    rng = np.random.default_rng(1)
    voxels = rng.integers(-1024, 3000, (5, 7, 9)).astype(np.int16)
    voxels[[0, 3]] = 0
    liver = rng.random((5, 7, 9)) > 0.5
    liver[[0, 3]] = False
    boxes = {2: rng.random((3, 4)).astype(np.float32), 4: np.zeros((0, 4), np.float32)}
    known = (voxels, (5.0, 0.7, 0.8), boxes, {2: boxes[2][:1]}, (2, 4), "one", {0, 3})
    scan = Scan(*known, types={2: ("liver", "", "lung")}, liver=liver, lesion=~liver)

    files, lesions = packed(scan)
    again = unpacked(files)

    assert lesions == (3, 0)
    assert len(files["voxels.npy"]) < 128 + 3 * 7 * 9 * 2 + 1  # The missing slices take no room.
    assert again.voxels.dtype == np.int16 and (again.voxels == voxels).all()
    assert again.boxes.keys() == boxes.keys() and all(
        (again.boxes[i] == boxes[i]).all() for i in boxes
    )
    assert (again.ignored[2] == boxes[2][:1]).all()
    assert (again.spacing_mm, again.wanted, again.patient) == ((5.0, 0.7, 0.8), (2, 4), "one")
    assert again.missing == {0, 3} and again.types == {2: ("liver", "", "lung")}
    assert again.liver is not None and (again.liver == liver).all()
    assert again.lesion is not None and (again.lesion[[1, 2, 4]] == ~liver[[1, 2, 4]]).all()


def test_a_fit_on_shards_has_the_losses_and_weights_of_one_on_their_source(
    text: str, folder: Path, tmp_path: Path
) -> None:
    fit(text, tmp_path / "source")
    fit(on_shards(text, str(folder)), tmp_path / "sharded")

    logs = [(tmp_path / run / "log.csv").read_text() for run in ("source", "sharded")]
    assert len(logs[0].splitlines()) == 5 and logs[0] == logs[1]
    files = [tmp_path / run / "checkpoint" / "weights.safetensors" for run in ("source", "sharded")]
    assert files[0].read_bytes() == files[1].read_bytes()
    cards = [load_card(file.parent) for file in files]
    assert cards[1].taught_on_phantoms and cards[1].training_data == cards[0].training_data


@pytest.mark.parametrize("kind", ["disk", "server", "memory"])
def test_shards_give_the_slices_of_their_source_in_its_order(
    kind: str, text: str, folder: Path, served: str, fabric: Fabric, tmp_path: Path
) -> None:
    recipe = parse_recipe(text)
    url = {"disk": f"file://{folder}", "server": served, "memory": "memory://bucket/shards"}[kind]
    if kind == "memory":
        write(recipe, url)

    of_source = shown(recipe, fabric, tmp_path / "cache", 9)
    of_shards = shown(parse_recipe(on_shards(text, url)), fabric, tmp_path / kind, 9)

    assert len(of_source) == 36 and are_equal(of_source, of_shards)


def test_loading_processes_fetch_shards_from_a_server(
    text: str, served: str, fabric: Fabric, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = parse_recipe(on_shards(text, served))
    of_one = shown(recipe, fabric, tmp_path / "one", 4)
    monkeypatch.setattr(sample_order, "_workers", lambda fabric: 2)

    assert are_equal(of_one, shown(recipe, fabric, tmp_path / "two", 4))


@pytest.mark.parametrize(
    ("harm", "workers"),
    [("a changed byte", 0), ("a changed byte", 1), ("cut short", 0), ("missing", 0)],
)
def test_a_damaged_shard_is_named_in_one_line(
    harm: str,
    workers: int,
    text: str,
    copied: Path,
    fabric: Fabric,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sample_order, "_workers", lambda fabric: workers)
    file = copied / "train-00002.tar"
    content = bytearray(file.read_bytes())
    content[5000] ^= 1
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(content if harm == "a changed byte" else content[:9000])

    with pytest.raises(TrainingError) as caught:
        shown(parse_recipe(on_shards(text, str(copied))), fabric, tmp_path / "cache", 4)

    said = str(caught.value)
    assert said.startswith(f"{file} is {'missing' if harm == 'missing' else 'damaged'}")
    assert "Traceback" not in said and len(said) < 300


def test_a_writing_that_was_killed_goes_on_to_the_same_files(
    text: str, folder: Path, tmp_path: Path
) -> None:
    recipe, killed = parse_recipe(text), tmp_path / "killed"
    (tmp_path / "recipe.toml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "recipe.toml"), str(killed)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL
    before = {f.name: f.stat().st_mtime_ns for f in killed.glob("*.tar")}
    assert len(before) == 2
    with pytest.raises(TrainingError, match="holds no whole shards"):
        shards_of(ShardData(str(killed)), recipe.input)
    (killed / ".train-00002.tar.0123").write_bytes(b"half")

    write(recipe, str(killed))

    names = sorted(f.name for f in folder.iterdir())
    assert sorted(f.name for f in killed.iterdir()) == names
    assert all((killed / name).read_bytes() == (folder / name).read_bytes() for name in names)
    assert all((killed / n).stat().st_mtime_ns == at for n, at in before.items())


def test_the_manifest_has_the_checksums_of_webdataset_tars(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())

    for entry in manifest["parts"]["train"]:
        content = (folder / entry["file"]).read_bytes()
        assert entry["sha256"] == sha256(content).hexdigest()
    listed = subprocess.run(
        ["tar", "tf", folder / "train-00003.tar"], capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == ["00000003.json", "00000003.voxels.npy"]


def test_with_a_window_slices_are_shuffled_within_few_shards(
    text: str, folder: Path, fabric: Fabric, tmp_path: Path
) -> None:
    text = on_shards(text.replace("only_with_lesion = true", ""), str(folder), "window = 2")
    learned = slices(parse_recipe(text), fabric, tmp_path)
    orders = [learned.order(np.random.default_rng([5, epoch])) for epoch in range(8)]

    assert all(sorted(order) == list(range(16)) for order in orders)
    for order in orders:
        shards = [set(part // 4) for part in (order[:8], order[8:])]
        assert [len(s) for s in shards] == [2, 2] and not shards[0] & shards[1]
        assert (np.diff(order[:8]) != 1).any()
    assert all((one != other).any() for one, other in pairwise(orders))


def test_shards_without_the_neighbours_of_an_input_are_refused(text: str, folder: Path) -> None:
    recipe = parse_recipe(on_shards(text, str(folder)).replace("slices = 3", "slices = 5"))

    with pytest.raises(TrainingError, match="of 3 slices, not of 5 slices"):
        sources_of(recipe.data, recipe.input)


def test_shards_of_other_data_are_not_written_into_a_folder(text: str, folder: Path) -> None:
    other = parse_recipe(text.replace("lesions = [8, 8]", "lesions = [7, 8]"))

    with pytest.raises(TrainingError, match="holds shards of other data"):
        write(other, str(folder))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{", "is no manifest"), (b'{"format": "lesion-training shards 1"}', "is no manifest")],
)
def test_a_file_that_is_no_manifest_is_named(
    content: bytes, said: str, text: str, copied: Path
) -> None:
    (copied / "manifest.json").write_bytes(content)

    with pytest.raises(TrainingError, match=f"manifest.json {said}"):
        shards_of(ShardData(str(copied)), parse_recipe(text).input)


def test_a_url_that_nothing_can_open_is_named(text: str) -> None:
    with pytest.raises(TrainingError, match="nothing://here/manifest.json cannot be opened"):
        shards_of(ShardData("nothing://here"), parse_recipe(text).input)


def test_the_command_prints_the_manifest(text: str, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(text)
    output = ["--output", str(tmp_path / "new")]
    done = subprocess.run(
        [sys.executable, "-m", "training", "shards", str(tmp_path / "recipe.toml"), *output],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_file()
    # 64 MB hold all of them.
    assert sorted(f.name for f in (tmp_path / "new").glob("*.tar")) == [
        "train-00000.tar",
        "validation-00000.tar",
    ]
