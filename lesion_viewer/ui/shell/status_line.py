"""The line at the bottom: HU under the cursor, what is being read, and the detector's progress."""

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget


class StatusLine(QStatusBar):
    """Three fields: left what is under the cursor, then reading, then the detector at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.hu, self.reading, self.sweep = QLabel(), QLabel(), QLabel()
        self.hu.setMinimumWidth(250)
        self.addWidget(self.hu)
        self.addWidget(self.reading, 1)
        self.addPermanentWidget(self.sweep)

    def show_hu(self, text: str) -> None:
        """Show position and HU of the voxel under the cursor; empty outside the image."""
        self.hu.setText(text)

    def show_reading(self, text: str) -> None:
        """Show how far reading is; empty when it is done."""
        self.reading.setText(text)

    def show_sweep(self, done: int, total: int, text: str) -> None:
        """Show how far the detector is."""
        self.sweep.setText(f"Detector: {text}" if total else "")
