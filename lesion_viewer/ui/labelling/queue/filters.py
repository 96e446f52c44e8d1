"""The fields that decide which items are in the queue."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from lesion_viewer.detection.lesion_types import choices
from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.work_list import Group
from lesion_viewer.ui.filter_fields import choice_of, range_row, under
from lesion_viewer.ui.finding_names import type_name
from lesion_viewer.ui.labelling.queue.wording import KIND_TEXTS
from lesion_viewer.ui.texts import capitalised, tr

MAX_SIZE_MM = 500
LAST_ROW = 8
CHOICES_AT = ((1, 1), (6, 0), (6, 1), (7, 0), (7, 1))
"""Row and column of the choices that a list's groups bring."""


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
        self.state = choice_of({None: tr("To do and done"), False: tr("To do"), True: tr("Done")})
        self.images = choice_of(
            {True: tr("With image"), False: tr("Image missing"), None: tr("All images")}
        )
        self.kind = choice_of(
            {None: tr("Any disagreement"), **{kind: tr(text) for kind, text in KIND_TEXTS.items()}}
        )
        self.lesion_type = choice_of({})
        # A reader's own types may be long: they do not make the panel wider.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.lesion_type.setSizeAdjustPolicy(policy)
        self.lesion_type.setMinimumContentsLength(len(tr("Any type")))
        self.offer_types(())
        self.groups: dict[str, QComboBox | QCheckBox] = {}
        self.patient = QLineEdit(placeholderText=tr("Patients, such as 62, 78"))
        self.min_size, self.max_size = (QSpinBox(maximum=MAX_SIZE_MM) for _ in range(2))
        self.min_score, self.max_score = (
            QDoubleSpinBox(maximum=1.0, singleStep=0.05) for _ in range(2)
        )
        self.clear_button = QPushButton(tr("Clear filters"))
        self.clear_button.clicked.connect(self.clear)
        self._name()
        self._lay_out()
        self._connect()
        self.reset()

    @property
    def filter(self) -> Filter:
        """All fields as one filter; a field that is not set excludes nothing."""
        patients = [p.strip() for p in self.patient.text().split(",")]
        wanted = {name: _wanted(field) for name, field in self.groups.items()}
        return Filter(
            kinds=_only(self.kind.currentData()),
            types=_only(self.lesion_type.currentData()),
            patients=frozenset(p for p in patients if p) or None,
            groups={name: frozenset((value,)) for name, value in wanted.items() if value},
            is_done=self.state.currentData(),
            is_present=self.images.currentData(),
            min_size_mm=float(self.min_size.value()) or None,
            max_size_mm=under(self.max_size.value(), MAX_SIZE_MM),
            min_score=self.min_score.value() or None,
            max_score=under(self.max_score.value(), 1.0),
        )

    def clear(self) -> None:
        """Empty all fields, and emit the filter."""
        self.reset()
        self._tell()

    def offer_groups(self, groups: Iterable[Group]) -> None:
        """Offer a field for each group of a list: a choice, or a check box for a single value.

        Parameters
        ----------
        groups : Iterable[Group]
            Of the list; those without a text have no field.
        """
        for field in self.groups.values():
            field.deleteLater()
        self.groups = {group.name: _field(group) for group in groups if group.any_text}
        choices_, boxes = 0, 0
        for field in self.groups.values():
            if isinstance(field, QComboBox):
                field.activated.connect(self._tell)
                self._grid.addWidget(field, *CHOICES_AT[choices_])
                choices_ += 1
            else:
                field.toggled.connect(self._tell)
                self._grid.addWidget(field, LAST_ROW + boxes, 0)
                boxes += 1
        self._grid.addWidget(self.lesion_type, 1, 0, 1, 1 if choices_ else 2)

    def offer_types(self, types: Iterable[str]) -> None:
        """Offer the types that the program knows and these; the one that is chosen stays.

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
            text = tr("Any type") if value is None else type_name(value) or tr("No type")
            box.addItem(capitalised(text), value)
        box.setCurrentIndex(offered.index(chosen))
        blocker.unblock()

    def reset(self) -> None:
        """Empty all fields without emitting a signal."""
        blocker = QSignalBlocker(self)
        for choice in (self.state, self.images, self.kind, self.lesion_type):
            choice.setCurrentIndex(0)
        for field in self.groups.values():
            if isinstance(field, QComboBox):
                field.setCurrentIndex(0)
            else:
                field.setChecked(False)
        self.patient.clear()
        self.min_size.setValue(0)
        self.max_size.setValue(self.max_size.maximum())
        self.min_score.setValue(0)
        self.max_score.setValue(self.max_score.maximum())
        blocker.unblock()

    def _name(self) -> None:
        for field, name in (
            (self.state, tr("Done or not")),
            (self.images, tr("With or without image")),
            (self.kind, tr("Disagreement of label and detector")),
            (self.lesion_type, tr("Lesion type")),
            (self.patient, tr("Patients")),
            (self.min_size, tr("Smallest size in mm")),
            (self.max_size, tr("Largest size in mm")),
            (self.min_score, tr("Lowest score")),
            (self.max_score, tr("Highest score")),
        ):
            field.setAccessibleName(name)

    def _tell(self) -> None:
        self.filter_chosen.emit(self.filter)

    def _connect(self) -> None:
        for choice in (self.state, self.images, self.kind, self.lesion_type):
            choice.activated.connect(self._tell)
        self.patient.editingFinished.connect(self._tell)
        for spin in (self.min_size, self.max_size, self.min_score, self.max_score):
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(self._tell)

    def _lay_out(self) -> None:
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        for column, choice in enumerate((self.state, self.images)):
            grid.addWidget(choice, 0, column)
        grid.addWidget(self.lesion_type, 1, 0)
        grid.addWidget(self.kind, 2, 0, 1, 2)
        grid.addWidget(self.patient, 3, 0, 1, 2)
        grid.addLayout(range_row(tr("Size"), self.min_size, self.max_size, "mm"), 4, 0, 1, 2)
        grid.addLayout(range_row(tr("Score"), self.min_score, self.max_score, ""), 5, 0, 1, 2)
        grid.addWidget(self.clear_button, LAST_ROW, 1)


def _field(group: Group) -> QComboBox | QCheckBox:
    if len(group.values) == 1:
        field = QCheckBox(tr(group.any_text))
        field.setProperty("value", group.values[0])
        return field
    choice = choice_of({None: tr(group.any_text), **{value: value for value in group.values}})
    choice.setAccessibleName(tr(group.any_text))
    return choice


def _wanted(field: QComboBox | QCheckBox) -> str | None:
    if isinstance(field, QComboBox):
        value: str | None = field.currentData()
        return value
    return str(field.property("value")) if field.isChecked() else None


def _only(value: Any) -> frozenset[Any] | None:
    return None if value is None else frozenset((value,))
