"""Findings by the order in which they came."""

from lesion_viewer.review.session import Session


def nth(session: Session, number: int) -> str:
    """Id of the finding that came as that one, from 1; it may be gone by now."""
    return next(i for i, n in session.state.arrivals.items() if n == number)
