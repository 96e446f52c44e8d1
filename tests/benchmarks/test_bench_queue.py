"""How long a queue of 100,000 findings takes to open, and a decision in it; printed, not judged."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.exchange.worklists.numbered_images import NumberedImages
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.orders import Order
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import Group, Item, WorkList

SERIES, SLICES, LABELS = 500, 100, 2
MODEL = Origin(OriginKind.MODEL, "net", "1", "a" * 64)


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def project_of_100000(folder: Path) -> tuple[WorkList, Session]:
    """50,000 slices of two labels each; the detector has answered one series in ten."""
    slices = [NumberedSlices(f"{n:06d}_01_01", range(SLICES), (512, 512), None, None)
              for n in range(SERIES)]  # fmt: skip
    values = [{"organ": f"{n}"} for n in range(8)]
    items = tuple(
        Item(n, f"{n}", s.uid, i, s.folder, groups=values[n % 8], size_mm=float(n % 50))
        for n, (s, i) in enumerate((s, i) for s in slices for i in range(SLICES))
    )
    session = Session.open(folder / "a.review", "key", "ann")
    places = [(item.series_uid, item.slice_index) for item in items for _ in range(LABELS)]
    labels = {
        row: (uid, i, Box(row % 400, 10, row % 400 + 20, 40)) for row, (uid, i) in enumerate(places)
    }
    session.files.import_labels("labels.csv", "", [b""], labels)
    for one in slices[::10]:
        run = session.proposals.begin_run(one.uid, MODEL)
        boxes = Detection(Box(12, 12, 35, 41), 0.4), Detection(Box(90, 9, 99, 20), 0.7)
        found = [SliceDetections(i, boxes) for i in range(SLICES)]
        session.proposals.record_detections(run, found)
    images = NumberedImages(folder, {one.uid: one for one in slices}, {}, lambda name: None)
    groups = (Group("organ", tuple(f"{n}" for n in range(8))),)
    return WorkList(folder, "key", items, images, groups), session


def test_a_queue_of_100000_findings(tmp_path: Path) -> None:
    project, session = project_of_100000(tmp_path)
    labels = [i for i, f in session.findings.items() if f.origin.kind is OriginKind.LABEL]
    opened = {
        order: seconds(lambda order=order: Queue(project, session, order))  # type: ignore[misc]
        for order in (Order.DISAGREEMENT, Order.SIZE, Order.PATIENT, Order.RANDOM)
    }
    queue = Queue(project, session)
    decision = statistics.median(seconds(lambda i=i: session.accept(i)) for i in labels[:100])  # type: ignore[misc]
    following = statistics.median(seconds(queue.next_left) for _ in range(20))
    progress = seconds(queue.progress)
    session.close()
    reopening = seconds(lambda: Session.open(tmp_path / "a.review", "key", "ann").close())
    assert len(labels) == SERIES * SLICES * LABELS == 100_000
    print(
        "\nqueue of 100,000 labels: "
        + ", ".join(f"{order} {s:.2f} s ({s / 0.3:.1f} of .3 s)" for order, s in opened.items())
        + f"\ndecision {decision * 1e3:.1f} ms ({decision / 0.02:.2f} of 20 ms),"
        f" next {following * 1e3:.1f} ms, progress {progress * 1e3:.0f} ms;"
        f" the review opened again in {reopening:.1f} s"
    )
