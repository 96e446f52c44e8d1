"""Any review that leaves as CSV comes back as it was."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file

coordinates = st.floats(0, 480).map(lambda v: round(v, 13))
sides = st.floats(2, 30)
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), coordinates, coordinates, sides, sides
)
texts = st.text(max_size=12) | st.sampled_from(["=1+1", "'=x", "a,b", 'a "b"', "a\r\nb\n", " x "])
models = st.builds(
    lambda name, version: Origin(OriginKind.MODEL, name, version, "e" * 64),
    texts,
    st.sampled_from(["", "1.0", "2026-11"]),
)
found = st.lists(st.builds(Detection, boxes, st.floats(0, 1)), max_size=3, unique=True)
sweeps = st.lists(st.tuples(st.integers(0, 9), found), max_size=6)
gestures = st.lists(
    st.tuples(st.sampled_from("accept reject unsure note type move remove extend draw".split()),
              st.integers(0, 99), boxes, texts),
    max_size=12,
)  # fmt: skip


def act(session: Session, uid: str, gesture: tuple[str, int, Box, str]) -> None:
    kind, number, box, text = gesture
    if kind == "draw" or not session.findings:
        session.add(uid, number % 10, box)
        return
    finding = list(session.findings.values())[number % len(session.findings)]
    last = max(finding.boxes)
    match kind:
        case "accept":
            session.accept(finding.id)
        case "reject":
            session.reject(finding.id, text)
        case "unsure":
            session.mark_unsure(finding.id)
        case "note":
            session.set_note(finding.id, text)
        case "type":
            session.set_type(finding.id, text)
        case "move":
            session.change_box(finding.id, finding.key_slice, box)
        case "remove":
            session.remove_box(finding.id, last)
        case "extend" if last < 9 and finding.series_uid == uid:
            session.add_box(finding.id, last + 1, box)


def told(session: Session) -> list[str]:
    return sorted(
        repr(
            (
                (f.series_uid, f.origin, sorted(f.boxes.items())),
                (sorted(f.original_boxes.items()), sorted(f.scores.items())),
                (f.status, f.reason, f.note, f.lesion_type, f.original_type),
                f.decision and (f.decision.reader, f.decision.decided_at),
            )
        )
        for f in session.findings.values()
    )


def assert_round_trip(
    study: Study, labels: bytes, sweep: object, model: Origin, acts: object
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        first = Session.open(folder / "first.review", study.key, "=ann, md")
        again = Session.open(folder / "again.review", study.key, "bob")
        for session in (first, again):
            session.journal._connection.execute("PRAGMA synchronous = OFF")
            session.pictures.describe(study)
        uid = study.series[0].uid
        if labels:
            (folder / "in" / "reviewed.csv").write_bytes(labels)
            import_file(first, study, folder / "in" / "reviewed.csv")
        run = first.proposals.begin_run(uid, model)
        for slice_index, detections in sweep:  # type: ignore[attr-defined]
            first.proposals.record_detections(
                run, [SliceDetections(slice_index, tuple(detections))]
            )
        for gesture in acts:  # type: ignore[attr-defined]
            act(first, uid, gesture)

        export_csv(first, folder / "reviewed.csv")
        import_file(again, study, folder / "reviewed.csv")
        assert told(again) == told(first)
        assert again.files.label_rows() == first.files.label_rows()

        export_csv(again, folder / "twice.csv")
        assert (folder / "twice.csv").read_bytes() == (folder / "reviewed.csv").read_bytes()

        events = len(again.journal.events())
        import_file(again, study, folder / "twice.csv")
        assert len(again.journal.events()) == events
        first.close()
        again.close()


quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(sweeps, models, gestures)
def test_a_dicom_review_comes_back(
    dicom_study: Study, sweep: object, model: Origin, acts: object
) -> None:
    assert_round_trip(dicom_study, b"", sweep, model, acts)


OTHERS = [name for name in COLUMNS if name not in ("File_name", "Bounding_boxes")]
label_rows = st.lists(
    st.sampled_from(
        [
            '000007_01_02_103.png,"5, 5, 17, 17",F,,,,,,,,,,,,,,,',
            '000007_01_02_104.png,"5.125, 5, 17.5, 100",F,,,,,,,,,,,,,,,',
            '"000007_01_02_103.png","100.5,100,160,161.25",\'=M,,,,,,,,,,,,,,,',
            '000009_03_01_050.png,"229.222, 256.228, 245.36, 273.594",,,,,,,,,,,,,,,,',
            '000555_01_01_010.png,"5, 5, 17, 17",,,,,,,,,,,,,,,,',
            "",
        ]
    ),
    max_size=6,
).map(lambda rows: [*rows, '000007_01_02_105.png,"5, 5, 17, 17",M,,,,,,,,,,,,,,,'])


@quick
@given(
    label_rows,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
    sweeps,
    models,
    gestures,
)
def test_a_review_of_labels_comes_back(
    png_study: Study,
    rows: list[str],
    end: str,
    has_bom: bool,
    has_last_end: bool,
    sweep: object,
    model: Origin,
    acts: object,
) -> None:
    lines = [",".join(("File_name", "Bounding_boxes", *OTHERS)), *rows]
    text = "\ufeff" * has_bom + end.join(lines) + end * has_last_end
    assert_round_trip(png_study, text.encode(), sweep, model, acts)
