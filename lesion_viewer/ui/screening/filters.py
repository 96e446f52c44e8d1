"""The fields that decide which series of a screening are in the list."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QPushButton, QSpinBox, QWidget

from lesion_viewer.screening.list_filter import ANY_FAULT, NO_FAULT, ListFilter
from lesion_viewer.ui.filter_fields import choice_of, range_row, under
from lesion_viewer.ui.screening.wording import fault_name, outcome_name
from lesion_viewer.ui.texts import capitalised, tr

MAX_SIZE_MM, MAX_COUNT = 500, 9999


class ScreenedFilters(QWidget):
    """Fields that a series must pass, all of them.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    filter_chosen : the reader changed or cleared fields; the ListFilter of all of them
    """

    filter_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = choice_of({None: tr("To do and done"), False: tr("To do"), True: tr("Done")})
        self.outcome, self.fault = choice_of({}), choice_of({})
        self.min_score, self.max_score = (
            QDoubleSpinBox(maximum=1.0, singleStep=0.05) for _ in range(2)
        )
        self.min_size, self.max_size = (QSpinBox(maximum=MAX_SIZE_MM) for _ in range(2))
        self.min_count, self.max_count = (QSpinBox(maximum=MAX_COUNT) for _ in range(2))
        self.clear_button = QPushButton(tr("Clear filters"))
        self.clear_button.clicked.connect(self.clear)
        self._lay_out()
        self._name()
        self.offer((), ())
        self.show_filter(ListFilter())
        self._connect()

    @property
    def filter(self) -> ListFilter:
        """All fields as one filter; a field that is not set excludes nothing."""
        most = under(self.max_count.value(), MAX_COUNT)
        return ListFilter(
            is_done=self.state.currentData(),
            outcome=self.outcome.currentData() or "",
            fault=self.fault.currentData() or "",
            min_score=round(self.min_score.value(), 2) or None,
            max_score=under(round(self.max_score.value(), 2), 1.0),
            min_size_mm=float(self.min_size.value()) or None,
            max_size_mm=under(self.max_size.value(), MAX_SIZE_MM),
            min_count=self.min_count.value() or None,
            max_count=None if most is None else int(most),
        )

    def offer(self, outcomes: Sequence[str], faults: Sequence[str]) -> None:
        """Offer the outcomes and faults that there are.

        Parameters
        ----------
        outcomes : Sequence[str]
            As rows have them.
        faults : Sequence[str]
            Codes of faults.
        """
        named = {outcome: outcome_name(outcome) for outcome in sorted(outcomes)}
        codes = {code: fault_name(code) for code in sorted(faults, key=fault_name)}
        all_of = {"": tr("Any outcome"), **named}
        any_of = {"": tr("With and without faults"), NO_FAULT: tr("Without faults")}
        any_of |= {ANY_FAULT: tr("With a fault"), **codes}
        for box, texts in ((self.outcome, all_of), (self.fault, any_of)):
            box.clear()
            for value, text in texts.items():
                box.addItem(capitalised(text), value)

    def show_filter(self, shown: ListFilter) -> None:
        """Show a filter, without emitting a signal.

        Parameters
        ----------
        shown : ListFilter
            What the list has.
        """
        blockers = [QSignalBlocker(self), *map(QSignalBlocker, self._spins)]
        for box, value in (
            (self.state, shown.is_done),
            (self.outcome, shown.outcome),
            (self.fault, shown.fault),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        self.min_score.setValue(shown.min_score or 0)
        self.max_score.setValue(1.0 if shown.max_score is None else shown.max_score)
        self.min_size.setValue(int(shown.min_size_mm or 0))
        self.max_size.setValue(MAX_SIZE_MM if shown.max_size_mm is None else int(shown.max_size_mm))
        self.min_count.setValue(int(shown.min_count or 0))
        self.max_count.setValue(MAX_COUNT if shown.max_count is None else int(shown.max_count))
        for blocker in blockers:
            blocker.unblock()

    def clear(self) -> None:
        """Empty all fields, and emit the filter."""
        self.show_filter(ListFilter())
        self._tell()

    @property
    def _spins(self) -> tuple[QSpinBox | QDoubleSpinBox, ...]:
        return (
            *(self.min_score, self.max_score, self.min_size, self.max_size),
            *(self.min_count, self.max_count),
        )

    def _tell(self) -> None:
        self.filter_chosen.emit(self.filter)

    def _connect(self) -> None:
        for box in (self.state, self.outcome, self.fault):
            box.activated.connect(self._tell)
        for spin in self._spins:
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(self._tell)

    def _name(self) -> None:
        for field, name in (
            (self.state, tr("Done or not")),
            (self.outcome, tr("What became of the series")),
            (self.fault, tr("Faults of the series")),
            (self.min_score, tr("Lowest score")),
            (self.max_score, tr("Highest score")),
            (self.min_size, tr("Smallest size in mm")),
            (self.max_size, tr("Largest size in mm")),
            (self.min_count, tr("Fewest candidates")),
            (self.max_count, tr("Most candidates")),
        ):
            field.setAccessibleName(name)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        grid.addWidget(self.state, 0, 0)
        grid.addWidget(self.outcome, 0, 1)
        grid.addWidget(self.fault, 1, 0, 1, 2)
        ranges = (
            range_row(tr("Score"), self.min_score, self.max_score),
            range_row(tr("Size"), self.min_size, self.max_size, "mm"),
            range_row(tr("Candidates"), self.min_count, self.max_count),
        )
        for row, line in enumerate(ranges, 2):
            grid.addLayout(line, row, 0, 1, 2)
        grid.addWidget(self.clear_button, 2 + len(ranges), 1)
