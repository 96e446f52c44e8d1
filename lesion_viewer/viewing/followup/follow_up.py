"""The study on show and an earlier one beside it: their link, their lesions, their growth."""

from collections.abc import Callable

from lesion_viewer.ct.registration.registering import Registration
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.followup.growth import Growth, Row, growth
from lesion_viewer.review.followup.lesion import Lesion, lesions_of
from lesion_viewer.review.followup.matching import matched
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.open_review.prior_lesions import PriorLesions
from lesion_viewer.text import Text
from lesion_viewer.viewing.followup.link import Link, LinkedBy, carried_over, shared_frame
from lesion_viewer.viewing.followup.linked_scroll import LinkedScroll
from lesion_viewer.viewing.followup.prior import Prior
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.viewer_model import ViewerModel


class FollowUp:
    """The state of a comparison of two studies; a change of it is told to its subscribers.

    For the GUI thread alone. Lesions are those of the two series on show.

    Parameters
    ----------
    review : ReviewModel
        The study on show.
    gestures : Gestures
        Record what is said of lesions, in the review on show.
    viewer : ViewerModel
        What is on screen beside it.

    Attributes
    ----------
    viewer : ViewerModel
        What is on screen beside the study on show.
    scroll : LinkedScroll
        Lets the two scroll together.
    growth : Growth | None
        The lesions at both times; None where there is no prior, it is a later study, or one of the
        two has no review.
    chosen : tuple[int, ...]
        The rows of the growth that the reader chose, from 0.
    prior_changed : Signal[()]
        Another study is beside the one on show, or none.
    link_changed : Signal[()]
        The two are linked by something else, or not any longer.
    growth_changed : Signal[()]
        Lesions, pairs or sums are others.
    chosen_changed : Signal[()]
        Other rows are chosen.
    """

    def __init__(self, review: ReviewModel, gestures: Gestures, viewer: ViewerModel) -> None:
        self.prior_changed: Signal[()] = Signal()
        self.link_changed: Signal[()] = Signal()
        self.growth_changed: Signal[()] = Signal()
        self.chosen_changed: Signal[()] = Signal()
        self.viewer, self._review, self._gestures = viewer, review, gestures
        self.scroll = LinkedScroll(review.viewer, viewer)
        self.growth: Growth | None = None
        self.chosen: tuple[int, ...] = ()
        self._prior: Prior | None = None
        self._study_key = ""
        review.reviews_changed.connect(self._leave_other_study)
        review.session_opened.connect(lambda session: session.subscribe(self._take_change))
        review.selection_changed.connect(self._take_selection)
        review.viewer.volume_changed.connect(self._take_volume)
        viewer.volume_changed.connect(self._take_volume)
        self._share_window(review.viewer, viewer)
        self._share_window(viewer, review.viewer)

    # The study beside the one on show.

    @property
    def prior(self) -> Prior | None:
        """The study beside the one on show; None for none."""
        return self._prior

    def show(self, prior: Prior, series: Series) -> None:
        """Show a study beside the one on show.

        Parameters
        ----------
        prior : Prior
            The study; the former one's reviews are closed.
        series : Series
            The series of it to begin with.
        """
        self._close_reviews()
        self._prior = prior
        self._study_key = self._review.study.key if self._review.study is not None else ""
        self.scroll.link = None
        self.prior_changed.emit()
        self.show_series(series)

    def show_series(self, series: Series) -> None:
        """Show another series of the prior, through the window of the study on show.

        Parameters
        ----------
        series : Series
            One of the prior's.
        """
        self.viewer.show_series(series, None, self._review.viewer.window)

    def close(self) -> None:
        """Show the study on show alone."""
        if self._prior is not None:
            self._close_reviews()
            self._prior = None
            self.scroll.link = None
            self.prior_changed.emit()
            self.link_changed.emit()
            self._work_out()

    # What links the two.

    @property
    def link(self) -> Link | None:
        """What leads from the series on show to the prior's; None where nothing does."""
        return self.scroll.link

    def take_registration(self, current: Series, prior: Series, found: Registration) -> None:
        """Link two series by a registration.

        Parameters
        ----------
        current, prior : Series
            The two that were registered.
        found : Registration
            From the first to the second.
        """
        shown = self._shown()
        if shown is not None:
            link = Link(LinkedBy.REGISTRATION, current, prior, found.map, found)
            self._take_link(carried_over(link, *shown))

    def couple(self) -> None:
        """Link the two series by the slices on show."""
        shown = self._shown()
        if shown is not None:
            slices = self._review.viewer.slice_index, self.viewer.slice_index
            self._take_link(Link(LinkedBy.HAND, *shown, coupled=slices))

    # Lesions.

    def choose(self, rows: tuple[int, ...]) -> None:
        """Choose rows of the growth, and show the lesions of the last one in both studies.

        Parameters
        ----------
        rows : tuple[int, ...]
            From 0, the last one chosen last.
        """
        self.chosen = rows
        if self.growth is not None and rows:
            self._go_to(self.growth.rows[rows[-1]])
        self.chosen_changed.emit()

    def lesion_at(self, finding_id: str) -> int | None:
        """The row of a lesion.

        Parameters
        ----------
        finding_id : str
            UID of its finding in either study.

        Returns
        -------
        int | None
            From 0; None where it is no lesion.
        """
        for number, row in enumerate(self.growth.rows if self.growth else ()):
            if finding_id in (_id(row.prior), _id(row.current)):
                return number
        return None

    def pair(self) -> None:
        """Say that the lesions of the chosen rows are one: of one row each has one study's."""
        rows = self._chosen_rows()
        prior = [row.prior for row in rows if row.prior is not None]
        current = [row.current for row in rows if row.current is not None]
        if len(prior) == len(current) == 1:
            before, now = prior[0].id, current[0].id
            self._say(lambda beside: beside.pair(self._key, before, now))
        else:
            self._tell(
                Text(
                    "Choose the row of a lesion of the prior and that of a present lesion, then"
                    " pair them."
                )
            )

    def say_alone(self) -> None:
        """Say of the chosen row's lesion that it is gone, or new; of a pair, that it is none."""
        rows = self._chosen_rows()
        if len(rows) != 1:
            self._tell(Text("Choose the row of one lesion first."))
        elif rows[0].current is not None:
            finding_id = rows[0].current.id
            self._say(lambda beside: beside.say_new(self._key, finding_id))
        else:
            self._say(lambda beside: beside.say_gone(self._key, _id(rows[0].prior)))

    def match_by_place(self) -> None:
        """Take back what was said of the chosen row: it is matched by its place again."""
        rows = self._chosen_rows()
        if len(rows) != 1:
            self._tell(Text("Choose the row of one lesion first."))
        else:
            ids = _id(rows[0].prior), _id(rows[0].current)
            self._say(lambda beside: beside.forget(self._key, *ids))

    def set_target(self, number: int, is_target: bool) -> None:
        """Say whether a lesion's diameter is summed.

        Parameters
        ----------
        number : int
            Its row, from 0; nothing happens for a lesion that the prior does not have.
        is_target : bool
            Whether it is.
        """
        lesion = self.growth.rows[number].prior if self.growth is not None else None
        if lesion is not None:
            self._say(lambda beside: beside.set_target(self._key, lesion.id, is_target))

    def lesions_beside(self) -> list[Lesion]:
        """The lesions of the prior's series on show."""
        prior, series = self._prior, self.viewer.series
        if prior is None or prior.reviews is None or series is None:
            return []
        return lesions_of(prior.reviews.findings_of(series.uid), [series])

    # Inside.

    @property
    def _key(self) -> str:
        return self._prior.study.key if self._prior is not None else ""

    def _shown(self) -> tuple[Series, Series] | None:
        current, prior = self._review.viewer.series, self.viewer.series
        if self._prior is None or current is None or prior is None:
            return None
        return current, prior

    def _take_volume(self, volume: CTVolume) -> None:
        shown = self._shown()
        if shown is None:
            return
        link = self.scroll.link
        link = carried_over(link, *shown) if link is not None else None
        self._take_link(link or shared_frame(*shown))

    def _take_link(self, link: Link | None) -> None:
        self.scroll.link = link
        self.link_changed.emit()
        self._work_out()

    def _work_out(self) -> None:
        chosen = [_id(row.current) or _id(row.prior) for row in self._chosen_rows()]
        former, self.growth = self.growth, self._growth()
        if former is not None and former == self.growth:
            return
        places = (self.lesion_at(finding_id) for finding_id in chosen)
        self.chosen = tuple(dict.fromkeys(place for place in places if place is not None))
        self.growth_changed.emit()

    def _growth(self) -> Growth | None:
        prior, shown, session = self._prior, self._shown(), self._review.session
        if prior is None or prior.reviews is None or prior.is_later:
            return None
        if shown is None or session is None:
            return None
        reviews = self._review.reviews
        findings = reviews.findings_of(shown[0].uid) if reviews is not None else []
        before, now = self.lesions_beside(), lesions_of(findings, shown[:1])
        stated = session.beside.statements(prior.study.key)
        there = self.link.to_prior if self.link is not None else None
        pairs = matched(before, now, there.inverse if there is not None else None, stated)
        return growth(before, now, pairs, stated)

    def _chosen_rows(self) -> list[Row]:
        rows = self.growth.rows if self.growth is not None else ()
        return [rows[number] for number in self.chosen]

    def _go_to(self, row: Row) -> None:
        before, now = row.prior, row.current
        if now is not None:
            self._review.select(now.id)
        if before is not None and now is not None:
            self.scroll.show_both(now.slice_index, before.slice_index)
        elif now is not None:
            self._review.viewer.show_slice(now.slice_index)
        elif before is not None:
            self.viewer.show_slice(before.slice_index)

    def _take_selection(self, finding: Finding | None) -> None:
        """Choose the row of a finding that was chosen elsewhere; both slices stay."""
        row = self.lesion_at(finding.id) if finding is not None else None
        if row is not None and row not in self.chosen:
            self.chosen = (row,)
            self.chosen_changed.emit()

    def _say(self, statement: Callable[[PriorLesions], None]) -> None:
        self._gestures.record(lambda session: statement(session.beside))

    def _tell(self, text: Text) -> None:
        self._gestures.noticed.emit(text)

    def _take_change(self, change: Change) -> None:
        if self._prior is not None:
            self._work_out()

    def _leave_other_study(self) -> None:
        study = self._review.study
        if self._prior is not None and (study is None or study.key != self._study_key):
            self.close()
        elif self._prior is not None:
            self._work_out()

    def _close_reviews(self) -> None:
        if self._prior is not None and self._prior.reviews is not None:
            self._prior.reviews.close()

    def _share_window(self, source: ViewerModel, target: ViewerModel) -> None:
        """Let a window, inversion and orientation set in one view hold for the other one too."""

        def share(window: Window) -> None:
            if self._prior is not None:
                target.window = window

        def share_inverted(is_inverted: bool) -> None:
            target.is_inverted = is_inverted

        def share_stored(is_as_stored: bool) -> None:
            target.is_as_stored = is_as_stored

        source.window_changed.connect(share)
        source.inverted_changed.connect(share_inverted)
        source.as_stored_changed.connect(share_stored)


def _id(lesion: Lesion | None) -> str:
    return lesion.id if lesion is not None else ""
