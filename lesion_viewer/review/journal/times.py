"""Times of decisions and events."""

from datetime import MAXYEAR, MINYEAR, datetime


def moment(text: str) -> datetime:
    """The time in ``text``, ISO 8601 with its zone, with room for others before and after it.

    Raises
    ------
    ValueError
        Where it is no such time: two of which one lacks its zone cannot be put in order.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or not MINYEAR < time.year < MAXYEAR:
        raise ValueError(f"a time of {text}")
    return time
