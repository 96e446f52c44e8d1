"""Labels of DeepLesion's CSV that lie over the border of their image, or outside of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import WorkList
from tests.exchange.imported import import_file
from tests.exchange.small_deeplesion import write_project

Open = Callable[[Path], tuple[WorkList, Session]]
IN, OVER, OUTSIDE = '"16, 26, 46, 56"', '"106, 26, 150, 56"', '"206, 26, 236, 56"'
CUT = Box(110, 30, 128, 51)  # 110 to 145 in an image of 128 columns


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """The first label as it was, the second over the border, the third outside."""
    _, path = write_project(tmp_path)
    lines = path.read_text().splitlines()
    lines[2] = lines[2].replace('"66, 66, 96, 96"', OVER)
    lines[3] = lines[3].replace(IN, OUTSIDE)
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[Open]:
    opened: list[Session] = []

    def open_new(path: Path) -> tuple[WorkList, Session]:
        review = tmp_path / f"{len(opened)}.review"
        project, session = open_project(tmp_path / "Images_png", path, review, "ann")
        opened.append(session)
        return project, session

    yield open_new
    for session in opened:
        session.close()


def boxes(session: Session) -> list[Box]:
    return [box for f in session.findings.values() for box in f.boxes.values()]


def test_a_label_over_the_border_is_cut_and_one_outside_left_out_by_name(
    labels: Path, open_file: Open, tmp_path: Path
) -> None:
    project, session = open_file(labels)
    inside = Box(20, 30, 41, 51)
    assert boxes(session) == [inside, CUT, inside, inside]
    assert project.notices == (
        "line 4: the box 210, 30, 231, 51 lies outside of 000001_01_01_014.png (128 x 128 pixels)",
        "1 box was cut at the border of the image",
    )
    export_csv(session, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == labels.read_bytes()


def test_their_rows_stay_as_they_came_until_the_box_is_changed(
    labels: Path, open_file: Open, tmp_path: Path
) -> None:
    _, session = open_file(labels)
    first, over, *_ = session.findings
    session.accept(over)
    session.reject(first)
    export_csv(session, tmp_path / "out.csv")
    came, lines = labels.read_text().splitlines(), (tmp_path / "out.csv").read_text().splitlines()
    assert lines[2].startswith(f"{came[2]},accepted,") and f"{OVER},2.25." in lines[2]
    assert lines[3:] == came[3:]
    _, again = open_file(tmp_path / "out.csv")
    _, other = open_file(labels)
    import_file(other, finder(other.pictures.series()), tmp_path / "out.csv")
    for one in (again, other):
        assert boxes(one) == boxes(session)
        assert one.findings[over].original_boxes == {1: CUT}
        assert one.files.label_rows() == session.files.label_rows()
        export_csv(one, tmp_path / "again.csv")
        assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_where_the_rows_do_not_say_the_size_of_an_image_labels_are_as_they_stand(
    labels: Path, open_file: Open
) -> None:
    labels.write_text(labels.read_text().replace('"128, 128"', ""))
    project, session = open_file(labels)
    assert len(session.findings) == 5
    assert project.notices == ()
