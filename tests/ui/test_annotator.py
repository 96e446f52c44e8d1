"""A scripted annotator at the 23 real key slices: by keys alone, but for drawing a box."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from pycocotools.coco import COCO
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.deeplesion.annotation_rows import corners_of
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.ui.exchange.controller import FORMATS
from lesion_viewer.ui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]
Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton

ROWS = 9816
pytestmark = pytest.mark.realdata

KEEP, CORRECT, ADD, DELETE, UNSURE, REGRET = "keep", "correct", "add", "delete", "unsure", "regret"
SCRIPT = (KEEP, CORRECT, ADD, DELETE, UNSURE, REGRET)
"""What is done with one slice after the other, again and again."""


class Annotator:
    """Works through the queue with the keyboard, and knows what the result has to be.

    ``expected`` is file name -> the statuses of the boxes on it.
    """

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot
        self.expected: dict[str, list[Status]] = {}

    def work(self) -> None:
        seen = set()
        for step in self._steps():
            item = self.window.project.item
            assert item is not None and item.name not in seen
            seen.add(item.name)
            self.wait_for_slice()
            labels = self._undecided()
            getattr(self, f"_{step}")(item.name, labels)

    def press(self, key: str | Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        modifiers = (modifier,) if modifier is not None else ()
        self._qtbot.keyClick(self.window.canvas, key, *modifiers)

    def wait_for_slice(self) -> None:
        volume = self.window.viewer.volume
        assert volume is not None
        index = self.window.viewer.slice_index
        self._qtbot.waitUntil(lambda: volume.is_settled(index), timeout=30_000)
        assert volume.is_loaded[index]

    def _steps(self) -> Iterator[str]:
        """What to do with each slice, until none is left."""
        number = 0
        while (progress := self.window.project.progress) and progress.left:
            yield SCRIPT[number % len(SCRIPT)]
            number += 1

    def _undecided(self) -> list[Finding]:
        found = self.window.review.findings_on_screen()
        return [f for f in found if f.status is Status.UNDECIDED]

    def _decide(self, name: str, key: str, status: Status, count: int) -> None:
        for _ in range(count):
            self.press(key)
        self.expected.setdefault(name, []).extend([status] * count)

    def _keep(self, name: str, labels: list[Finding]) -> None:
        self._decide(name, "a", Status.ACCEPTED, len(labels))

    def _delete(self, name: str, labels: list[Finding]) -> None:
        self._decide(name, "x", Status.REJECTED, len(labels))

    def _unsure(self, name: str, labels: list[Finding]) -> None:
        self._decide(name, "u", Status.UNSURE, len(labels))

    def _correct(self, name: str, labels: list[Finding]) -> None:
        """The first box a pixel to the right and wider, then kept; the others kept as they are."""
        for key in ("e", Key.Key_Right):
            self.press(key)
        self.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        self.press(Key.Key_Escape)
        self._decide(name, "a", Status.CORRECTED, 1)
        self._decide(name, "a", Status.ACCEPTED, len(labels) - 1)

    def _add(self, name: str, labels: list[Finding]) -> None:
        """A lesion more, drawn with the mouse for want of another way; then read in full."""
        self.press("b")
        viewport = self.window.canvas.viewport()
        middle = QPoint(viewport.width() // 2, viewport.height() // 2)
        self._qtbot.mousePress(viewport, LEFT, pos=middle)
        self._qtbot.mouseMove(viewport, middle + QPoint(10, 10))
        self._qtbot.mouseMove(viewport, middle + QPoint(30, 24))
        self._qtbot.mouseRelease(viewport, LEFT, pos=middle + QPoint(30, 24))
        self.expected.setdefault(name, []).append(Status.ADDED)
        self.press("r")
        self._decide(name, "a", Status.ACCEPTED, len(labels))

    def _regret(self, name: str, labels: list[Finding]) -> None:
        """Deleted, taken back, done again, taken back once more, and kept."""
        self.press("x")
        for key in (Key.Key_Z, Key.Key_Y, Key.Key_Z):
            self.press(key, Ctrl)
        item = self.window.project.item
        assert item is not None and item.name == name
        assert len(self._undecided()) == len(labels)
        self._decide(name, "a", Status.ACCEPTED, len(labels))


@pytest.fixture
def annotator(make_window: MakeWindow, qtbot: QtBot, real_data: Path, tmp_path: Path) -> Annotator:
    window = make_window()
    folder = real_data / "deeplesion"
    window.open(folder / "Images_png", folder / "DL_info_val_test.csv", tmp_path / "project.review")
    qtbot.waitUntil(lambda: window.project.item is not None, timeout=60_000)
    return Annotator(window, qtbot)


def export(window: MainWindow, qtbot: QtBot, path: Path) -> Path:
    format = next(f for f in FORMATS if f.suffix == path.suffix)
    with qtbot.waitSignal(window.exchange.noticed, timeout=60_000):
        window.exchange.export(path, format)
    return path


def test_the_journal_the_csv_and_the_coco_file_say_what_the_annotator_did(
    annotator: Annotator, qtbot: QtBot, tmp_path: Path, real_data: Path
) -> None:
    window = annotator.window
    progress = window.project.progress
    assert progress is not None and (progress.done, progress.left) == (0, 23)
    annotator.work()
    assert window.message_bar.text.startswith("All done: 23 slices are decided")
    assert len(annotator.expected) == 23
    assert set(Counter(s for of in annotator.expected.values() for s in of)) == set(Status) - {
        Status.UNDECIDED
    }
    reviewed = export(window, qtbot, tmp_path / "reviewed.csv")
    coco = export(window, qtbot, tmp_path / "reviewed.json")
    window.close()

    assert in_journal(tmp_path / "project.review") == in_csv(reviewed) == in_coco(coco)
    told = {name: sorted(s for _, s in boxes) for name, boxes in in_csv(reviewed).items()}
    assert told == {name: sorted(of) for name, of in annotator.expected.items()}

    before = (real_data / "deeplesion" / "DL_info_val_test.csv").read_bytes().splitlines()
    after = reviewed.read_bytes().splitlines()
    differing = [a for a, b in zip(before[1:], after[1:], strict=False) if a != b]
    touched = {name.encode() for name in annotator.expected}
    assert {line.partition(b",")[0] for line in differing} == touched
    added = sum(of.count(Status.ADDED) for of in annotator.expected.values())
    assert len(after) == len(before) + added


def test_the_coco_file_loads_in_pycocotools(
    annotator: Annotator, qtbot: QtBot, tmp_path: Path
) -> None:
    annotator.work()
    path = export(annotator.window, qtbot, tmp_path / "reviewed.json")
    with redirect_stdout(StringIO()):
        loaded = COCO(str(path))
    told = Counter(s for of in annotator.expected.values() for s in of)
    assert len(loaded.getAnnIds()) == ROWS + told[Status.ADDED] - told[Status.REJECTED]
    images = loaded.loadImgs(loaded.getImgIds())
    names = {image["file_name"].replace("/", "_") for image in images}
    assert names >= set(annotator.expected)
    x, y, width, height = loaded.loadAnns(loaded.getAnnIds()[:1])[0]["bbox"]
    assert 0 <= x < x + width <= 512 and 0 <= y < y + height <= 512


Said = dict[str, list[tuple[Box, Status]]]


def in_journal(path: Path) -> Said:
    """The decided boxes of each slice, by its name, as the journal has them."""
    session = Session.open(path, None, reader="")
    series = session.pictures.series()
    said: Said = {}
    for finding in session.findings.values():
        if finding.decision is not None and finding.origin.kind is not OriginKind.MODEL:
            for i, box in finding.boxes.items():
                folder = finding.series_uid.partition("/")[0]
                name = f"{folder}_{Path(series[finding.series_uid].files[i]).name}"
                said.setdefault(name, []).append((rounded(box), finding.status))
    session.close()
    return ordered(said)


def in_csv(path: Path) -> Said:
    said: Said = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["Status"]:
                box = Box(*corners_of(row["Bounding_boxes"]))
                said.setdefault(row["File_name"], []).append((rounded(box), Status(row["Status"])))
    return ordered(said)


def in_coco(path: Path) -> Said:
    content = json.loads(path.read_text())
    names = {i["id"]: i["file_name"].replace("/", "_") for i in content["images"]}
    said: Said = {}
    for annotation in (*content["annotations"], *content["rejected_annotations"]):
        status = Status(annotation["attributes"]["status"])
        if status is not Status.UNDECIDED:
            x, y, width, height = annotation["bbox"]
            box = rounded(Box(x, y, x + width, y + height))
            said.setdefault(names[annotation["image_id"]], []).append((box, status))
    return ordered(said)


def rounded(box: Box) -> Box:
    return Box(*(round(edge, 3) for edge in box.as_tuple()))


def ordered(said: Said) -> Said:
    return {name: sorted(said[name], key=lambda s: s[0].as_tuple()) for name in sorted(said)}
