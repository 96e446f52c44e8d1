"""How a review was read, in the words of its reports: its mode, its first read, its time."""

from datetime import UTC

from lesion_viewer.review.reading_mode import ReadingMode, ReadingState
from lesion_viewer.review.session import Session
from lesion_viewer.review.times import moment

MODES = {
    ReadingMode.CONCURRENT: "concurrent (the detector's marks were shown as they came)",
    ReadingMode.SECOND_READER: "second reader (the detector's marks after the first read)",
    ReadingMode.BLIND: "blind (the detector's marks without scores)",
}


def reading_rows(session: Session) -> list[tuple[str, str]]:
    """How a review was read.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    list[tuple[str, str]]
        Names and values: the time, the mode, and of a second reader the end of the first read.
    """
    reading = session.reading.state
    rows = [("Reading time", _times_text(session)), ("Mode", MODES[reading.mode])]
    if reading.mode is ReadingMode.SECOND_READER:
        rows.append(("First read", _first_read_text(reading)))
    return rows


def duration_text(seconds: float) -> str:
    """A time in minutes and seconds.

    Parameters
    ----------
    seconds : float
        The time.

    Returns
    -------
    str
        Such as ``12 min 5 s``.
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def minute_text(at: str) -> str:
    """A time to the minute.

    Parameters
    ----------
    at : str
        ISO 8601 with a time zone.

    Returns
    -------
    str
        In UTC, which it says.
    """
    return f"{moment(at).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _times_text(session: Session) -> str:
    times = session.reading.times()
    said = []
    for name, time in times.items():
        text = duration_text(time.total_s)
        if time.hidden_s:
            hidden, shown = duration_text(time.hidden_s), duration_text(time.shown_s)
            text += f" ({hidden} before the detector's marks, {shown} with them)"
        said.append(f"{name or '(no name)'} {text}" if len(times) > 1 else text)
    return "; ".join(said) or "not recorded"


def _first_read_text(reading: ReadingState) -> str:
    done = reading.first_read
    if done is None:
        return "not declared done; the detector's marks are hidden"
    return f"declared done by {done.reader or '(no name)'}, {minute_text(done.at)}"
