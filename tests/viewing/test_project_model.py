"""A labelling project worked through without a window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion_viewer.ct.values.window import Window
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.project.open_project import OpenProject, ProjectPaths
from lesion_viewer.viewing.project.project_model import ProjectModel
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.viewer_model import ViewerModel
from tests.ui.project_files import write_project
from tests.viewing.shown_volumes import Told


class Desk:
    """The models of a reader at work."""

    def __init__(self, folder: Path) -> None:
        self.viewer = ViewerModel(Window(400, 40))
        self.review = ReviewModel(self.viewer)
        self.gestures = Gestures(self.review)
        self.project = ProjectModel(self.review, self.gestures)
        self._folder = folder

    def open(self) -> None:
        images, annotations = write_project(self._folder)
        file = self._folder / "project.review"
        work_list, session = open_project(images, annotations, file, "ann", Session.open)
        queue = Queue(work_list, session)
        paths = ProjectPaths(images, annotations)
        self.project.take(OpenProject(paths, file, work_list, session, queue, work_list.study()))

    @property
    def item_name(self) -> str:
        assert self.project.item is not None
        return self.project.item.name


FIRST, SECOND, THIRD = (
    "000001_01_01_012.png",
    "000002_01_01_005.png",
    "000003_01_01_007.png",
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.open()
    yield desk
    desk.review.close()


def test_a_project_opens_at_its_first_slice_with_its_label_chosen(desk: Desk) -> None:
    assert desk.item_name == FIRST
    assert desk.viewer.series is not None and desk.viewer.series.uid == "000001_01_01/010-016"
    assert desk.review.selected is not None
    assert desk.viewer.slice_index in desk.review.selected.boxes


def test_a_decision_leads_to_what_is_left_and_the_end_is_told(desk: Desk) -> None:
    told, walked = Told(desk.project, ["noticed"]), list[str]()
    for _ in range(4):
        walked.append(desk.item_name)
        desk.gestures.accept()
    assert walked == [FIRST, SECOND, SECOND, THIRD]
    assert told.events == [("noticed", "All done: 3 slices are decided · 1 image missing")]
    assert desk.review.session is not None
    statuses = [f.status for f in desk.review.session.findings.values()]
    assert statuses.count(Status.ACCEPTED) == 4


def test_next_and_previous_walk_over_slices_without_deciding(desk: Desk) -> None:
    walked = []
    for step in (desk.project.go_next, desk.project.go_next, desk.project.go_next):
        step()
        walked.append(desk.item_name)
    assert walked == [SECOND, SECOND, THIRD]
    desk.project.go_previous()
    assert desk.item_name == SECOND


def test_a_study_in_its_place_ends_the_project(desk: Desk) -> None:
    told = Told(desk.project, ["left", "noticed"])
    desk.project.leave()
    desk.project.leave()
    assert (desk.project.item, desk.project.queue, desk.project.work_list) == (None, None, None)
    desk.project.step(1)
    assert told.events == [("left",), ("noticed", "Open a labelling project first.")]


def test_slices_that_the_next_decisions_lead_to_are_wanted_ahead(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    told = Told(desk.viewer.ahead, ["wanted_changed"])
    desk.open()
    ahead = told.events[-1][1]
    assert isinstance(ahead, list)
    assert [volume.series.uid for volume, _ in ahead] == ["000002_01_01/005", "000003_01_01/007"]
    desk.gestures.accept()
    assert desk.viewer.volume is ahead[0][0]
    desk.review.close()
