"""What the actions of the window act on."""

from typing import Protocol

from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.detector.sweep_controller import SweepController
from lesion_viewer.ui.exchange.controller import ExchangeController
from lesion_viewer.ui.findings.controller import FindingsController
from lesion_viewer.ui.findings.marks_controller import MarksController
from lesion_viewer.ui.labelling.proposals_controller import ProposalsController
from lesion_viewer.ui.labelling.queue_controller import QueueController
from lesion_viewer.ui.labelling.readers_controller import ReadersController
from lesion_viewer.ui.shell.features.findings import FindingsFeature
from lesion_viewer.ui.shell.features.program import ProgramFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.study.controller import StudyController
from lesion_viewer.ui.study.volume_controller import VolumeController
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.project.project_model import ProjectModel
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.viewer_model import ViewerModel


class Parts(Protocol):
    """The models, controllers and features that the window gives names to."""

    canvas: SliceView
    viewer: ViewerModel
    review: ReviewModel
    gestures: Gestures
    volume: VolumeController
    study: StudyController
    sweep: SweepController
    project: ProjectModel
    queue: QueueController
    proposals: ProposalsController
    readers: ReadersController
    exchange: ExchangeController
    marks: MarksController
    findings: FindingsController
    reading: ReadingFeature
    findings_feature: FindingsFeature
    program: ProgramFeature

    def cancel(self) -> None:
        """End what the reader has begun and not finished."""

    def close(self) -> bool:
        """Close the window; whether it is closed."""
