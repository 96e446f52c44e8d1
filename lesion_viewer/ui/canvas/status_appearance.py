"""How a status looks in lists, beside the dash pattern that it has on the image."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from lesion_viewer.review.finding import Status

_LOOKS = {
    Status.UNDECIDED: ("○", "#f2b134"),
    Status.ACCEPTED: ("✓", "#4fc774"),
    Status.CORRECTED: ("✎", "#4fc774"),
    Status.REJECTED: ("✕", "#9ba5b3"),
    Status.ADDED: ("+", "#56b4e9"),
    Status.UNSURE: ("?", "#cc79a7"),
}


def status_sign(status: Status) -> str:
    """One character for a status, for readers who cannot tell its colour.

    Parameters
    ----------
    status : Status
        Status of a finding.

    Returns
    -------
    str
        A character such as "✓".
    """
    return _LOOKS[status][0]


def status_colour(status: Status) -> str:
    """The colour of a status.

    Parameters
    ----------
    status : Status
        Status of a finding.

    Returns
    -------
    str
        Colour as ``#rrggbb``.
    """
    return _LOOKS[status][1]


_LINES: dict[Status, tuple[tuple[tuple[float, float], ...], ...]] = {
    Status.ACCEPTED: (((0.0, 0.55), (0.35, 0.95), (1.0, 0.1)),),
    Status.CORRECTED: (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)),),
    Status.REJECTED: (((0.0, 0.0), (1.0, 1.0)), ((1.0, 0.0), (0.0, 1.0))),
    Status.ADDED: (((0.5, 0.0), (0.5, 1.0)), ((0.0, 0.5), (1.0, 0.5))),
    Status.UNSURE: (((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5), (0.5, 0.0)),),
}


def status_path(status: Status, area: QRectF) -> QPainterPath:
    """The shape of a status where there is no room for its sign: no two are alike.

    Parameters
    ----------
    status : Status
        Status of a finding.
    area : QRectF
        Where the shape lies.

    Returns
    -------
    QPainterPath
        Lines to be stroked: a circle for undecided, a tick, square, cross, plus or diamond.
    """
    path = QPainterPath()
    if status is Status.UNDECIDED:
        path.addEllipse(area)
    for line in _LINES.get(status, ()):
        points = [
            QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in line
        ]
        path.addPolygon(QPolygonF(points))
    return path
