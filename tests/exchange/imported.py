"""Files taken up as the window and the command line do, without a look at the preview."""

from pathlib import Path

from lesion_viewer.exchange.imports.change_set import ChangeSet
from lesion_viewer.exchange.imports.changing import apply, change_set
from lesion_viewer.exchange.imports.parsing import Meaning, Where, parse
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.session import Session


def import_file(session: Session, where: Where, path: Path, chosen: str = "") -> ChangeSet:
    """Labels, and what readers decided on them."""
    found = change_set(parse(path, where, Meaning.LABELS, chosen), session)
    apply(session, found)
    return found


def corrections(session: Session, path: Path) -> ChangeSet:
    """What boxes that another tool corrected would change."""
    return change_set(parse(path, finder(session.pictures.series()), Meaning.CORRECTIONS), session)


def correct(session: Session, path: Path) -> ChangeSet:
    found = corrections(session, path)
    apply(session, found)
    return found
