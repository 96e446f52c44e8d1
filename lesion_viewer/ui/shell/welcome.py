"""What is shown in place of the picture before a study is opened."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lesion_viewer.ui.action_button import call_by
from lesion_viewer.ui.texts import tr


class Welcome(QWidget):
    """Says how a study is opened, and offers two buttons for it.

    Parameters
    ----------
    open_folder, open_file : QAction
        What the buttons trigger; they show text and key of their action.
    """

    def __init__(self, open_folder: QAction, open_file: QAction) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # The window may be narrower than these texts are wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        title = QLabel(tr("Drop a CT folder or file here"))
        title.setProperty("role", "big")
        kinds = QLabel(tr("DICOM, zip, NIfTI, NRRD, MetaImage, or a DeepLesion folder of PNGs"))
        kinds.setProperty("role", "muted")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for action in (open_folder, open_file):
            button = QPushButton()
            call_by(button, action)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(title, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(kinds, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(buttons)
        column.addStretch(1)
