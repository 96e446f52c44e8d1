"""The fields that decide which items are in the queue."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from lesion_viewer.detection.lesion_types import choices
from lesion_viewer.review.worklist.queue import Filter
from lesion_viewer.ui.labelling.queue.wording import KIND_TEXTS

SPLITS = {"1": "Training", "2": "Validation", "3": "Test"}
MAX_SIZE_MM = 500
TEXT_MARGIN_PX = 5


class QueueFilters(QWidget):
    """Fields that decide which items are in the queue; an item must pass all of them.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    filter_chosen : the reader changed or cleared fields; the Filter of all of them
    """

    filter_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = _choice({None: "To do and done", False: "To do", True: "Done"})
        self.images = _choice({True: "With image", False: "Image missing", None: "All images"})
        self.kind = _choice({None: "Any disagreement", **KIND_TEXTS})
        self.lesion_type = _choice({})
        self.offer_types(())
        self.split = _choice({None: "Any split", **SPLITS})
        self.patient = QLineEdit(placeholderText="Patients, such as 62, 78")
        self.is_noisy = QCheckBox("Possibly noisy only")
        self.min_size, self.max_size = (QSpinBox(maximum=MAX_SIZE_MM) for _ in range(2))
        self.min_score, self.max_score = (
            QDoubleSpinBox(maximum=1.0, singleStep=0.05) for _ in range(2)
        )
        self.clear_button = QPushButton("Clear filters")
        self.clear_button.clicked.connect(self.clear)
        self._lay_out()
        self._connect()
        self.reset()

    @property
    def filter(self) -> Filter:
        """All fields as one filter; a field that is not set excludes nothing."""
        patients = [p.strip().lstrip("0") for p in self.patient.text().split(",")]
        return Filter(
            kinds=_only(self.kind.currentData()),
            types=_only(self.lesion_type.currentData()),
            splits=_only(self.split.currentData()),
            patients=frozenset(p for p in patients if p) or None,
            is_noisy=True if self.is_noisy.isChecked() else None,
            is_done=self.state.currentData(),
            is_present=self.images.currentData(),
            min_size_mm=float(self.min_size.value()) or None,
            max_size_mm=_under(self.max_size.value(), MAX_SIZE_MM),
            min_score=self.min_score.value() or None,
            max_score=_under(self.max_score.value(), 1.0),
        )

    def clear(self) -> None:
        """Empty all fields, and emit the filter."""
        self.reset()
        self._tell()

    def offer_types(self, types: Iterable[str]) -> None:
        """Offer DeepLesion's lesion types and these; the one that is chosen stays.

        Parameters
        ----------
        types : Iterable[str]
            Types that are used in the review.
        """
        box, chosen = self.lesion_type, self.lesion_type.currentData()
        blocker = QSignalBlocker(box)
        box.clear()
        offered = [None, *choices([*types, chosen or ""]), ""]
        for value in offered:
            text = "Any type" if value is None else value or "No type"
            box.addItem(text[:1].upper() + text[1:], value)
        box.setCurrentIndex(offered.index(chosen))
        blocker.unblock()

    def reset(self) -> None:
        """Empty all fields without emitting a signal."""
        blocker = QSignalBlocker(self)
        for choice in (self.state, self.images, self.kind, self.lesion_type, self.split):
            choice.setCurrentIndex(0)
        self.patient.clear()
        self.is_noisy.setChecked(False)
        self.min_size.setValue(0)
        self.max_size.setValue(self.max_size.maximum())
        self.min_score.setValue(0)
        self.max_score.setValue(self.max_score.maximum())
        blocker.unblock()

    def _tell(self) -> None:
        self.filter_chosen.emit(self.filter)

    def _connect(self) -> None:
        for choice in (self.state, self.images, self.kind, self.lesion_type, self.split):
            choice.activated.connect(self._tell)
        self.patient.editingFinished.connect(self._tell)
        self.is_noisy.toggled.connect(self._tell)
        for spin in (self.min_size, self.max_size, self.min_score, self.max_score):
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(self._tell)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        for row, pair in enumerate(((self.state, self.images), (self.lesion_type, self.split))):
            for column, choice in enumerate(pair):
                grid.addWidget(choice, row, column)
        grid.addWidget(self.kind, 2, 0, 1, 2)
        grid.addWidget(self.patient, 3, 0, 1, 2)
        grid.addLayout(_range("Size", self.min_size, self.max_size, "mm"), 4, 0, 1, 2)
        grid.addLayout(_range("Score", self.min_score, self.max_score, ""), 5, 0, 1, 2)
        grid.addWidget(self.is_noisy, 6, 0)
        grid.addWidget(self.clear_button, 6, 1)


def _choice(texts: Mapping[Any, str]) -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for value, text in texts.items():
        box.addItem(text[:1].upper() + text[1:], value)
    return box


def _range(title: str, low: QAbstractSpinBox, high: QAbstractSpinBox, unit: str) -> QHBoxLayout:
    row = QHBoxLayout()
    for spin in (low, high):
        # Qt ignores the style sheet's padding here.
        spin.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
    label = QLabel(title)
    label.setMinimumWidth(38)
    row.addWidget(label)
    row.addWidget(low, 1)
    row.addWidget(QLabel("to", alignment=Qt.AlignmentFlag.AlignCenter))
    row.addWidget(high, 1)
    if unit:
        row.addWidget(QLabel(unit))
    return row


def _only(value: Any) -> frozenset[Any] | None:
    return None if value is None else frozenset((value,))


def _under(value: float, maximum: float) -> float | None:
    return None if value >= maximum else float(value)
