"""The cine's speed and way, shown while it plays."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from lesion_viewer.ui.study.cine import FASTEST, SLOWEST, Cine
from lesion_viewer.ui.texts import tr

LATE_SHARE = 0.9
"""Share of the wanted speed under which the real one is named."""


class CineBar(QWidget):
    """Shows and sets how many slices a second are played, and whether they are rocked.

    Parameters
    ----------
    cine : Cine
        What plays.
    """

    def __init__(self, cine: Cine) -> None:
        super().__init__()
        self._cine = cine
        self.setObjectName("cineBar")
        self.speed = QSpinBox()
        self.speed.setRange(SLOWEST, FASTEST)
        self.speed.setSuffix(tr(" slices/s"))
        self.speed.setValue(cine.per_s)
        self.speed.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.speed.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.speed.setToolTip(tr("Speed of the cine"))
        self.speed.setAccessibleName(tr("Speed of the cine"))
        self.rocks = QCheckBox(tr("Rock"))
        self.rocks.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rocks.setChecked(cine.rocks)
        self.rocks.setToolTip(tr("Turn back at the ends, in place of beginning anew"))
        self.real = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (QLabel(tr("Cine")), self.speed, self.rocks, self.real):
            row.addWidget(widget)
        self.setVisible(cine.is_playing)
        cine.playing_changed.connect(self.setVisible)
        cine.playing_changed.connect(lambda _: self.real.setText(""))
        cine.speed_changed.connect(self.speed.setValue)
        cine.stepped.connect(self._show_real)
        self.speed.valueChanged.connect(self._take_speed)
        self.rocks.toggled.connect(self._take_way)

    def _take_speed(self, per_s: int) -> None:
        if per_s != self._cine.per_s:
            self._cine.per_s = per_s

    def _take_way(self, rocks: bool) -> None:
        self._cine.rocks = rocks

    def _show_real(self, per_s: float) -> None:
        """Say how many are really shown, where this machine cannot keep up."""
        is_late = 0 < per_s < LATE_SHARE * self._cine.per_s
        self.real.setText(tr("{per_s:.0f}/s shown", per_s=per_s) if is_late else "")
