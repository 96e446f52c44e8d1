import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import ExchangeError, ReviewError
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.finding import Origin, OriginKind, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.review.arrivals import nth

OpenReview = Callable[[Study], Session]
HEADER = (
    "File_name,Patient_index,Study_index,Series_ID,Key_slice_index,Measurement_coordinates,"
    "Bounding_boxes,Lesion_diameters_Pixel_,Normalized_lesion_location,Coarse_lesion_type,"
    "Possibly_noisy,Slice_range,Spacing_mm_px_,Image_size,DICOM_windows,Patient_gender,"
    "Patient_age,Train_Val_Test"
)
TAIL = '"7.7, 6.7","0.4, 0.5, 0.6",4,0,"97, 109","0.8, 0.8, 5","512, 512","-175, 275",F,51.0,2'
IN_STUDY = f'000007_01_02_103.png,7,1,2,103,"8, 8, 9, 9","5, 5, 17, 17",{TAIL}'
ABSENT = f'000555_01_01_010.png,555,1,1,10,"8, 8, 9, 9","5, 5, 17, 17",{TAIL}'
ISOLATED = f'000009_03_01_050.png,9,3,1,50,"8, 8, 9, 9","100, 100, 150, 160.25",{TAIL}'
MODEL = Origin(OriginKind.MODEL, "phantom net", "1.0", "f" * 64)
DECISIONS = ",Status,Reason,Note,Reader,Decided_at,Score,Model,Original_bounding_box"


@pytest.fixture
def labels_csv(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_bytes("\r\n".join(["\ufeff" + HEADER, IN_STUDY, ABSENT, ISOLATED, ""]).encode())
    return path


def told(session: Session) -> list[tuple[object, ...]]:
    """What a CSV tells of findings: neither their ids, nor window and threshold."""
    return sorted(
        (
            (
                f.series_uid,
                f.origin,
                sorted(f.boxes.items()),
                sorted(f.original_boxes.items()),
                sorted(f.scores.items()),
                f.status,
                f.reason,
                f.note,
                f.decision and (f.decision.reader, f.decision.decided_at),
            )
            for f in session.findings.values()
        ),
        key=repr,
    )


def swept(session: Session, series_uid: str, *found: tuple[int, float, float]) -> None:
    """Record boxes of 20 x 20 px: slice, corner, score."""
    run = session.proposals.begin_run(series_uid, MODEL)
    batch = [
        SliceDetections(i, (Detection(Box(c, c, c + 20, c + 20), score),)) for i, c, score in found
    ]
    session.proposals.record_detections(run, batch)


def by_slice(session: Session) -> dict[int, str]:
    return {f.key_slice: f.id for f in session.findings.values()}


def test_labels_become_findings_where_they_belong(
    png_study: Study, open_review: OpenReview, labels_csv: Path
) -> None:
    session = open_review(png_study)
    imported = import_file(session, png_study, labels_csv)
    first, second = session.findings.values()
    assert (first.series_uid, first.boxes) == ("000007_01_02/100-109", {3: Box(9, 9, 12, 12)})
    assert (second.series_uid, second.boxes.keys()) == ("000009_03_01/050", {0})
    assert first.origin == Origin(OriginKind.LABEL, "labels.csv", row=0)
    assert second.origin.row == 2
    assert (first.status, first.original_boxes) == (Status.UNDECIDED, first.boxes)
    assert (imported.new_labels, imported.left_out.absent) == (2, 1)
    assert imported.left_out.unusable == ()


def test_an_untouched_export_is_the_file_that_came(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    session.accept(nth(session, 1))
    session.undo()
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == labels_csv.read_bytes()


def test_importing_the_same_labels_again_changes_nothing(
    png_study: Study, open_review: OpenReview, labels_csv: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    session.accept(nth(session, 1))
    before = dict(session.findings)
    import_file(session, png_study, labels_csv)
    assert session.findings == before


def test_labels_of_another_file_are_refused(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    other = tmp_path / "other.csv"
    other.write_text(f"{HEADER}\n{IN_STUDY}\n")
    with pytest.raises(ReviewError, match=r"already holds the labels of labels\.csv"):
        import_file(session, png_study, other)


def test_rows_that_were_touched_carry_the_decision_and_others_stay(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    session.reject(nth(session, 1), "=vessel")
    session.change_box(nth(session, 2), 0, Box(104.5, 104, 145, 155))
    export_csv(session, tmp_path / "out.csv")

    lines = (tmp_path / "out.csv").read_bytes().decode().split("\r\n")
    times = [f.decision.decided_at for f in session.findings.values() if f.decision]
    assert lines[0] == "\ufeff" + HEADER + DECISIONS + ",Finding_uid,Box_uid"
    for number, finding_id in ((1, nth(session, 1)), (3, nth(session, 2))):
        lines[number], named, box = lines[number].rsplit(",", 2)
        assert named == finding_id and box.startswith("2.25.")
    assert lines[1] == f'{IN_STUDY},rejected,\'=vessel,,ann,{times[0]},,,"5, 5, 17, 17"'
    assert lines[2] == ABSENT
    changed = ISOLATED.replace('"100, 100, 150, 160.25"', '"100.5, 100, 150, 160"')
    came = '"100, 100, 150, 160.25"'
    assert lines[3] == f"{changed},corrected,,,ann,{times[1]},,,{came}"
    assert lines[4:] == [""]


def test_a_new_box_is_a_row_like_its_images_other_rows(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    session.add("000007_01_02/100-109", 3, Box(20, 30, 40, 50.5))
    session.add("000007_01_02/100-109", 7, Box(20, 30, 40, 50))
    export_csv(session, tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as file:
        *_, sibling, alone = csv.DictReader(file)
    assert sibling["File_name"] == "000007_01_02_103.png"
    assert sibling["Bounding_boxes"] == "16, 26, 45, 55.5"
    assert (sibling["Spacing_mm_px_"], sibling["Patient_gender"]) == ("0.8, 0.8, 5", "F")
    # Axes through the middle of the box, counted from 1: nobody has drawn any.
    assert sibling["Measurement_coordinates"] == "30.5, 31, 30.5, 50.5, 21, 40.75, 40, 40.75"
    assert sibling["Lesion_diameters_Pixel_"] == "19.5, 19"
    assert (sibling["Coarse_lesion_type"], sibling["Normalized_lesion_location"]) == ("-1", "")
    assert (sibling["Status"], sibling["Reader"]) == ("added", "ann")
    assert (sibling["Model"], sibling["Original_bounding_box"]) == ("", "")
    assert (alone["Patient_index"], alone["Study_index"], alone["Series_ID"]) == ("7", "1", "2")
    assert (alone["Key_slice_index"], alone["Image_size"]) == ("107", "512, 512")


def test_a_new_box_beside_the_key_slice_has_its_patient_and_slice_range(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    session.add("000007_01_02/100-109", 7, Box(20, 30, 40, 50))
    session.add("000009_03_01/050", 0, Box(20, 30, 40, 50))
    export_csv(session, tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as file:
        *_, beside, isolated = csv.DictReader(file)
    patient = ("Patient_gender", "Patient_age", "Train_Val_Test", "Spacing_mm_px_")
    assert [beside[name] for name in patient] == ["F", "51.0", "2", "0.8, 0.8, 5"]
    assert beside["Slice_range"] == "97, 109"
    # The row of the other series says 97 to 109 as well, but its slice is number 50.
    assert isolated["Slice_range"] == "50, 50"


def test_a_dicom_export_names_slices_by_their_uids(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    swept(session, "1.2.3", (4, 100, 0.5), (5, 100, 0.75))
    session.accept(nth(session, 1))
    export_csv(session, tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(newline="") as file:
        reader = csv.DictReader(file)
        first, second = reader
    names = HEADER.split(",")[4:]
    uids = ["Study_UID", "Series_UID", "SOP_instance_UID"]
    decisions = [*DECISIONS.split(",")[1:], "Finding_uid", "Box_uid"]
    assert reader.fieldnames == [*uids, *names, "Instance_number", *decisions]
    assert first["Finding_uid"] == second["Finding_uid"] == nth(session, 1)
    assert first["Box_uid"] != second["Box_uid"]
    assert [row["Instance_number"] for row in (first, second)] == ["26", "25"]
    assert [first[n] for n in uids] == ["1.2", "1.2.3", "1.2.3.4"]
    assert (second["SOP_instance_UID"], second["Key_slice_index"]) == ("1.2.3.5", "5")
    assert first["Bounding_boxes"] == first["Original_bounding_box"] == "96, 96, 125, 125"
    assert (first["Spacing_mm_px_"], first["DICOM_windows"]) == ("0.8, 0.7, 5", "-160, 240")
    assert (first["Slice_range"], first["Score"], second["Score"]) == ("4, 5", "0.5", "0.75")
    assert first["Model"] == f"phantom net 1.0 sha256:{'f' * 64}"
    assert (first["Status"], first["Coarse_lesion_type"]) == ("accepted", "-1")


def test_a_reviewed_csv_of_before_without_instance_numbers_is_read_back(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    session.add("1.2.3", 4, Box(1, 2, 3, 4))
    export_csv(session, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "Instance_number"]
    with (tmp_path / "old.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    again = open_review(dicom_study)
    assert import_file(again, dicom_study, tmp_path / "old.csv").decided == 1
    assert [f.boxes for f in again.findings.values()] == [{4: Box(1, 2, 3, 4)}]


def test_an_export_needs_no_images(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    session.add("1.2.3", 4, Box(1, 2, 3, 4))
    session.close()
    again = Session.open(session.path, None, "")
    export_csv(again, tmp_path / "out.csv")
    again.close()
    assert "1.2.3.4" in (tmp_path / "out.csv").read_text()


def test_adjacent_candidates_that_nobody_decided_come_back_apart(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    swept(session, "1.2.3", (1, 100, 0.5), (2, 100, 0.5), (6, 100, 0.5), (7, 100, 0.5))
    swept(session, "1.2.3", (3, 300, 0.5), (4, 300, 0.25))
    export_csv(session, tmp_path / "out.csv")
    again = open_review(dicom_study)
    import_file(again, dicom_study, tmp_path / "out.csv")
    assert len(again.findings) == 3
    assert told(again) == told(session)


def test_a_box_that_was_removed_comes_back_removed(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    swept(session, "1.2.3", (1, 100, 0.5), (2, 100, 0.5))
    session.remove_box(nth(session, 1), 2)
    session.add_box(nth(session, 1), 0, Box(99, 99, 121, 121))
    export_csv(session, tmp_path / "out.csv")
    again = open_review(dicom_study)
    import_file(again, dicom_study, tmp_path / "out.csv")
    assert told(again) == told(session)
    assert again.findings[nth(again, 1)].original_boxes.keys() == {1, 2}


def test_a_review_comes_back_into_the_review_it_left(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    swept(session, "1.2.3", (1, 100, 0.5), (5, 300, 0.5))
    session.accept(nth(session, 1))
    drawn = session.add("1.2.3", 8, Box(1, 2, 30, 40))
    before = dict(session.findings)
    export_csv(session, tmp_path / "out.csv")
    import_file(session, dicom_study, tmp_path / "out.csv")
    assert session.findings == before
    session.reject(nth(session, 1))
    session.set_note(drawn, "later")
    import_file(session, dicom_study, tmp_path / "out.csv")
    assert session.findings[nth(session, 1)].status is Status.ACCEPTED
    session.undo()
    assert session.findings[nth(session, 1)].status is Status.REJECTED


def test_what_came_back_is_not_proposed_again(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    swept(session, "1.2.3", (1, 100, 0.5))
    session.reject(nth(session, 1))
    export_csv(session, tmp_path / "out.csv")
    again = open_review(dicom_study)
    import_file(again, dicom_study, tmp_path / "out.csv")
    swept(again, "1.2.3", (1, 100, 0.5))
    assert [f.status for f in again.findings.values()] == [Status.REJECTED]


def test_a_file_without_a_last_line_end_keeps_to_that(
    png_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(f"{HEADER}\n{IN_STUDY}\n{ISOLATED}".encode())
    session = open_review(png_study)
    import_file(session, png_study, path)
    session.add("000007_01_02/100-109", 3, Box(20, 30, 40, 50))
    export_csv(session, tmp_path / "out.csv")
    again = open_review(png_study)
    import_file(again, png_study, tmp_path / "out.csv")
    assert again.files.label_rows() == session.files.label_rows()
    while again.undo():
        pass
    export_csv(again, tmp_path / "untouched.csv")
    assert (tmp_path / "untouched.csv").read_bytes() == path.read_bytes()


def test_a_file_that_a_spreadsheet_filled_up_is_read_alike(
    png_study: Study, open_review: OpenReview, labels_csv: Path, tmp_path: Path
) -> None:
    session = open_review(png_study)
    import_file(session, png_study, labels_csv)
    session.reject(nth(session, 2), "cyst")
    export_csv(session, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    with (tmp_path / "labels.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(
            [header, *(row + [""] * (len(header) - len(row)) for row in rows)]
        )
    again = open_review(png_study)
    import_file(again, png_study, tmp_path / "labels.csv")
    assert told(again) == told(session)


def test_a_csv_of_other_images_is_refused(
    png_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(f"{HEADER}\n{ABSENT}\n")
    session = open_review(png_study)
    with pytest.raises(ExchangeError, match=r"labels\.csv: none of its rows"):
        import_file(session, png_study, path)
    assert session.files.label_rows() == []


def test_a_label_without_area_is_counted_and_kept(
    png_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(f"{HEADER}\n{IN_STUDY.replace('5, 5, 17, 17', '5, 5, 12, 12')}\n{ISOLATED}\n")
    session = open_review(png_study)
    imported = import_file(session, png_study, path)
    assert imported.left_out.unusable == (
        "line 2: the box has no area without its padding of 5 px",
    )
    session.accept(nth(session, 1))
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == path.read_text().splitlines()[1]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("Status", "maybe", "column Status: needs one of undecided, accepted"),
        ("Decided_at", "yesterday", "column Decided_at: needs a time"),
        ("Decided_at", "", "column Decided_at: needs a time"),
        (
            "Decided_at",
            "2026-11-23 10:00:00",
            "column Decided_at: needs a time in ISO 8601 with its zone",
        ),
        ("Score", "high", "column Score: needs a number, not 'high'"),
        ("Score", "nan", "column Score: needs a number, not 'nan'"),
        ("Bounding_boxes", "1, 2, 3", "column Bounding_boxes: needs four numbers"),
        ("Original_bounding_box", "1, 1, 2, 2", "column Original_bounding_box: the box has no"),
        ("Key_slice_index", "-1", "column Key_slice_index: needs a whole number, not '-1'"),
    ],
)
def test_a_wrong_cell_is_told_by_line_and_column(
    dicom_study: Study,
    open_review: OpenReview,
    tmp_path: Path,
    column: str,
    cell: str,
    message: str,
) -> None:
    session = open_review(dicom_study)
    swept(session, "1.2.3", (1, 100, 0.5), (5, 300, 0.5))
    session.accept(nth(session, 1))
    path = tmp_path / "out.csv"
    export_csv(session, path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = cell
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    again = open_review(dicom_study)
    with pytest.raises(ExchangeError, match=rf"out\.csv, line 2, {message}"):
        import_file(again, dicom_study, path)
    assert not again.findings


def test_a_reviewed_file_without_a_column_is_refused(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    session = open_review(dicom_study)
    export_csv(session, path)
    path.write_text(path.read_text().replace("Reason", "Because"))
    with pytest.raises(ExchangeError, match=r"out\.csv, line 1: the column Reason is missing"):
        import_file(session, dicom_study, path)


def test_detections_without_boxes_are_refused(
    dicom_study: Study, open_review: OpenReview, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("source,study_uid,series_uid,sop_instance_uid,slice_index\n")
    with pytest.raises(ExchangeError, match=r"out\.csv, line 1: the column x1 is missing"):
        import_file(open_review(dicom_study), dicom_study, path)
