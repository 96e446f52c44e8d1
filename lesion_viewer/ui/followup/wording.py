"""What a comparison of two studies is called in the window."""

from lesion_viewer.review.followup.growth import Fate, Growth, Row
from lesion_viewer.review.followup.identity import Identity
from lesion_viewer.review.followup.lesion import Lesion, MeasuredBy
from lesion_viewer.text import Text
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.followup.link import Link, LinkedBy
from lesion_viewer.viewing.followup.prior import Prior

FATES = {
    Fate.MATCHED: Text("by place"),
    Fate.PAIRED: Text("by reader"),
    Fate.GONE: Text("gone"),
    Fate.NEW: Text("new"),
    Fate.NOT_MARKED_NOW: Text("not marked now"),
    Fate.NOT_MARKED_THEN: Text("not marked then"),
}

MEASURED_BY = {
    MeasuredBy.LONG_AXIS: Text("long axis"),
    MeasuredBy.SHORT_AXIS: Text("short axis"),
    MeasuredBy.BOX_LONG_SIDE: Text("longer side of the box"),
    MeasuredBy.BOX_SHORT_SIDE: Text("shorter side of the box"),
}

NOT_LINKED = Text(
    "Not linked: the studies are in two frames of reference. Register them, or couple the slices"
    " on show."
)
BEYOND = Text("The other study does not reach this slice.")
UNLINKED = Text("Scrolling together is off.")
ARITHMETIC = Text("Arithmetic, not a diagnosis")


def prior_title(prior: Prior) -> str:
    """What the study beside the one on show is, with its date, in a few words.

    Parameters
    ----------
    prior : Prior
        The study.

    Returns
    -------
    str
        A text such as "PRIOR 2025-03-01", which is written on its picture.
    """
    date = prior.study.date or tr("date unknown")
    return tr("LATER {date}", date=date) if prior.is_later else tr("PRIOR {date}", date=date)


def interval(prior: Prior) -> str:
    """How long before or after the study on show the other one was made.

    Parameters
    ----------
    prior : Prior
        The study.

    Returns
    -------
    str
        A text such as "214 days before"; empty where a date is missing.
    """
    days = prior.days_before
    if days is None:
        return ""
    if days == 0:
        return tr("same day")
    if abs(days) == 1:
        return tr("1 day before") if days > 0 else tr("1 day after")
    return tr("{n} days before", n=days) if days > 0 else tr("{n} days after", n=-days)


def why_no_growth(prior: Prior | None) -> str:
    """Why there is no table of growth.

    Parameters
    ----------
    prior : Prior | None
        The study beside the one on show.

    Returns
    -------
    str
        One sentence.
    """
    if prior is None:
        return tr("Open a prior first.")
    if prior.is_later:
        return tr("The study beside is later than the one on show: no growth is worked out.")
    if prior.reviews is None:
        return tr("The prior has no review: there are no lesions to compare with.")
    return tr("There is no review of the study on show: no growth is worked out.")


def identity_warning(identity: Identity) -> str:
    """What is to be said of two studies' patients.

    Parameters
    ----------
    identity : Identity
        What their Patient IDs say.

    Returns
    -------
    str
        One sentence; empty where both are of one patient.
    """
    if identity is Identity.DIFFERENT:
        return tr("Two patients: the Patient IDs of the two studies differ.")
    if identity is Identity.UNKNOWN:
        return tr("Patient unknown: a study gives no Patient ID, so it may be of somebody else.")
    return ""


def warnings(prior: Prior) -> str:
    """What has to be known of a study before anything is made of it.

    Parameters
    ----------
    prior : Prior
        The study beside the one on show.

    Returns
    -------
    str
        Some sentences on its patient and its date; mostly empty.
    """
    said = [identity_warning(prior.identity)]
    if prior.days_before is None:
        said.append(tr("A study has no date: the one beside is taken for the earlier one."))
    return " ".join(filter(None, said))


def link_text(link: Link | None, is_whole: bool = True) -> str:
    """What the two studies are scrolled together by, and how far it may be off.

    Parameters
    ----------
    link : Link | None
        What leads from one to the other.
    is_whole : bool
        Whether all numbers of a registration's error are named.

    Returns
    -------
    str
        One or two sentences.
    """
    if link is None:
        return tr(NOT_LINKED)
    if link.by is LinkedBy.FRAME:
        return tr("Same frame of reference: linked by position, without a registration.")
    if link.by is LinkedBy.HAND or link.registration is None:
        now, before = (index + 1 for index in link.coupled)
        return tr(
            "Coupled by hand: Im {before} of the prior beside Im {now}. Lesions are not matched by"
            " place.",
            before=before,
            now=now,
        )
    found = link.registration
    return tr(found.text if is_whole else found.summary)


def number_text(value: float | None, form: str = "{:.1f}") -> str:
    """A number of the table.

    Parameters
    ----------
    value : float | None
        None where there is none.
    form : str
        How it is written.

    Returns
    -------
    str
        A dash for none.
    """
    return "–" if value is None else form.format(value).replace("-", "\N{MINUS SIGN}")


def slice_text(lesion: Lesion | None) -> str:
    """The slice to look at first.

    Parameters
    ----------
    lesion : Lesion | None
        A lesion of a study.

    Returns
    -------
    str
        A text such as "Im 12"; a dash for none.
    """
    return "–" if lesion is None else tr("Im {n}", n=lesion.slice_index + 1)


def measured_text(row: Row) -> str:
    """What a row's diameters were taken from.

    Parameters
    ----------
    row : Row
        A lesion at two times.

    Returns
    -------
    str
        One or two of the kinds; a dash for none.
    """
    return " → ".join(tr(MEASURED_BY[by]) for by in row.measured_by) or "–"


def sum_text(growth: Growth) -> str:
    """The sums and RECIST's category, with the rule that gives it.

    Parameters
    ----------
    growth : Growth
        Lesions at two times.

    Returns
    -------
    str
        Some sentences.
    """
    count = sum(row.is_target for row in growth.rows)
    sums, said = growth.sums, growth.response
    parts = []
    if sums is not None:
        parts.append(
            tr(
                "Sum of diameters of {n} targets: {before} mm → {now} mm ({change} % from the"
                " prior, which counts as baseline and nadir).",
                n=count,
                before=number_text(sums.baseline_mm),
                now=number_text(sums.now_mm),
                change=number_text(
                    None if sums.from_baseline is None else sums.from_baseline * 100, "{:+.1f}"
                ),
            )
        )
    parts.append(tr("RECIST 1.1: {category}.", category=said.category.value))
    parts.append(tr(said.reason))
    parts.append(tr("{arithmetic} (Eisenhauer et al. 2009).", arithmetic=ARITHMETIC))
    return " ".join(parts)


def remarks_text(growth: Growth) -> str:
    """What the numbers leave open.

    Parameters
    ----------
    growth : Growth
        Lesions at two times.

    Returns
    -------
    str
        Some sentences; empty for nothing.
    """
    return " ".join(map(tr, growth.remarks))
