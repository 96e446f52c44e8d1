"""The parts of the window, each with its widgets and controllers; ``FEATURES`` lists them.

From outside: ``detector``, ``exchange``, ``findings``, ``labelling``, ``program``,
``reading``, ``review``, ``studies``.
"""

from lesion_viewer.ui.shell.features.at_hand import AtHandFeature
from lesion_viewer.ui.shell.features.beginning import BeginningFeature
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.exchange import ExchangeFeature
from lesion_viewer.ui.shell.features.findings import FindingsFeature
from lesion_viewer.ui.shell.features.followup import FollowUpFeature
from lesion_viewer.ui.shell.features.keys import KeysFeature
from lesion_viewer.ui.shell.features.labelling import LabellingFeature
from lesion_viewer.ui.shell.features.look import LookFeature
from lesion_viewer.ui.shell.features.measuring import MeasuringFeature
from lesion_viewer.ui.shell.features.outlines import OutlinesFeature
from lesion_viewer.ui.shell.features.pacs import PacsFeature
from lesion_viewer.ui.shell.features.panels import PanelsFeature
from lesion_viewer.ui.shell.features.planes import PlanesFeature
from lesion_viewer.ui.shell.features.program import ProgramFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.reading_modes import ReadingModesFeature
from lesion_viewer.ui.shell.features.reporting import ReportingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.features.screening import ScreeningFeature
from lesion_viewer.ui.shell.features.studies import StudiesFeature
from lesion_viewer.ui.shell.features.windows import WindowsFeature
from lesion_viewer.ui.shell.frame import Feature

FEATURES: tuple[type[Feature], ...] = (
    ReadingFeature,
    ReviewFeature,
    PlanesFeature,
    DetectorFeature,
    StudiesFeature,
    LabellingFeature,
    ExchangeFeature,
    FindingsFeature,
    OutlinesFeature,
    FollowUpFeature,
    MeasuringFeature,
    ReadingModesFeature,
    ReportingFeature,
    ScreeningFeature,
    PacsFeature,
    LookFeature,
    ProgramFeature,
    KeysFeature,
    PanelsFeature,
    BeginningFeature,
    WindowsFeature,
    AtHandFeature,
)
"""All features in the order in which they are built; each may use those before it."""
