"""The line at the bottom: HU under the cursor, progress of reading and of the detector."""

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from lesion_viewer.ui.texts import tr


class StatusLine(QStatusBar):
    """Three fields: position and HU at the left, then reading, and the detector at the right.

    Parameters
    ----------
    parent : QWidget | None
        The widget that holds the line.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.hu, self.reading, self.sweep = QLabel(), QLabel(), QLabel()
        self.hu.setMinimumWidth(250)
        self.addWidget(self.hu)
        self.addWidget(self.reading, 1)
        self.addPermanentWidget(self.sweep)

    def show_hu(self, text: str) -> None:
        """Show position and HU of the voxel under the cursor.

        Parameters
        ----------
        text : str
            Empty outside the image.
        """
        self.hu.setText(text)

    def show_reading(self, text: str) -> None:
        """Show how far reading is, or a length that was measured.

        Parameters
        ----------
        text : str
            Empty when reading is done.
        """
        self.reading.setText(text)

    def show_sweep(self, done: int, total: int, text: str) -> None:
        """Show how far the detector is.

        Parameters
        ----------
        done, total : int
            Slices; nothing is shown where ``total`` is 0.
        text : str
            What is shown.
        """
        self.sweep.setText(tr("Detector: {text}", text=text) if total else "")
