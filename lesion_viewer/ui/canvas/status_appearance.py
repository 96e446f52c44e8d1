"""How a status looks in lists, beside the dash pattern that it has on the image."""

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
