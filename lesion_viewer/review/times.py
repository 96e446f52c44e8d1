"""Times of decisions and events."""

from datetime import MAXYEAR, MINYEAR, datetime


def moment(text: str) -> datetime:
    """The time in a text, which has a time zone and can be compared with others.

    Parameters
    ----------
    text : str
        ISO 8601 with a time zone.

    Returns
    -------
    datetime
        With its time zone.

    Raises
    ------
    ValueError
        Where it is no time, has no time zone, or is of year 1 or 9999, to which another time zone
        or a microsecond cannot be applied.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or not MINYEAR < time.year < MAXYEAR:
        raise ValueError(f"a time of {text}")
    return time
