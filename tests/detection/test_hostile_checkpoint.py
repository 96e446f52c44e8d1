"""Checkpoints that are damaged, swapped or made to trap."""

import json
import pickle
from hashlib import sha256

import pytest

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.checkpoints.checkpoint import (
    CARD,
    Card,
    load_model,
    write_checkpoint,
)
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import WEIGHTS, build_model
from lesion_viewer.errors import DetectionError

OPTIONS = {"side": 16, "channels": (2, 2)}


@pytest.fixture
def checkpoint(tmp_path):
    card = Card(
        "small", "1", "baseline", OPTIONS, InputDefinition(Window(400, 40), max_side=16),
        ("lesion",), "nothing", "none", 0.5,
    )  # fmt: skip
    write_checkpoint(tmp_path / "small", build_model("baseline", OPTIONS, 3), card)
    return tmp_path / "small"


def refusal(folder):
    with pytest.raises(DetectionError) as error:
        load_model(folder)
    assert str(error.value).isprintable()
    return str(error.value)


def with_entries(folder, **entries):
    card = json.loads((folder / CARD).read_bytes())
    (folder / CARD).write_text(json.dumps({**card, **entries}))
    return folder


class _Evil:
    def __reduce__(self):
        return open, ("touched", "w")


def test_a_pickle_in_the_place_of_weights_is_never_run(checkpoint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    weights = pickle.dumps(_Evil())
    (checkpoint / WEIGHTS).write_bytes(weights)
    assert "SHA-256 differs" in refusal(checkpoint)
    with_entries(checkpoint, sha256=sha256(weights).hexdigest())
    refusal(checkpoint)
    assert not (tmp_path / "touched").exists()


def test_a_changed_weight_is_noticed(checkpoint):
    data = bytearray((checkpoint / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (checkpoint / WEIGHTS).write_bytes(data)
    assert "SHA-256 differs" in refusal(checkpoint)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"architecture": "faster_rcnn"}, "option"),
        ({"architecture": "evil"}, "unknown architecture 'evil'"),
        ({"architecture": ["baseline"]}, "'architecture' is not a text"),
        ({"options": {"side": 16, "channels": [4, 4]}}, "does not fit the card's baseline"),
        ({"options": {"side": 4096, "channels": [4096, 4096]}}, "too few for its"),
        ({"options": {"side": 2**40, "channels": [2**40, 2]}}, "cannot be made"),
        ({"options": []}, "'options' is not an object"),
        ({"classes": []}, "'classes' is not a list of 1 to 1000 names"),
        ({"classes": ["x"] * 10**5}, "'classes' is not a list of 1 to 1000 names"),
        ({"default_threshold": "high"}, "'default_threshold' is not a number from 0 to 1"),
        ({"operating_points": [{"threshold": None}]}, "'operating_points'"),
        ({"input": {"window": {"width": 400, "level": 40}, "slices": 3.5}}, "'input'"),
        ({"input": None}, "'input' is not an input definition"),
        ({"metrics": {"a": 1}}, "'metrics' is not a list of objects"),
    ],
)
def test_a_card_that_cannot_be_is_refused_by_its_entry(checkpoint, entries, reason):
    assert reason in refusal(with_entries(checkpoint, **entries))


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"[" * 200_000, b" " * (2**20 + 1)])
def test_what_is_no_card_is_refused(checkpoint, content):
    (checkpoint / CARD).write_bytes(content)
    assert CARD in refusal(checkpoint)
