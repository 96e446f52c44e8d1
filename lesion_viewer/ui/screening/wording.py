"""How outcomes, faults and states of series in a screening's results are worded."""

from lesion_viewer.review.finding import Status
from lesion_viewer.screening.screened_list import State
from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.status_appearance import status_sign
from lesion_viewer.ui.texts import tr

OUTCOMES = {
    "searched": Text("searched"),
    "no liver": Text("no liver"),
    "duplicate": Text("duplicate"),
    "other planes": Text("other planes"),
    "failed": Text("failed"),
}
FAULTS = {
    "arriving": Text("not whole"),
    "bright_padding": Text("bright padding"),
    "clipped_values": Text("clipped values"),
    "conflicting_axes": Text("conflicting axes"),
    "decimal_commas": Text("decimal commas"),
    "duplicate_position": Text("same position twice"),
    "excess_pixels": Text("excess pixels"),
    "frames_of_reference": Text("frames of reference"),
    "gantry_tilt": Text("gantry tilt"),
    "gap": Text("gap"),
    "missing_orientation": Text("no orientation"),
    "missing_position": Text("no position"),
    "missing_spacing": Text("no spacing"),
    "mixed_series": Text("mixed series"),
    "no_numbers": Text("no numbers"),
    "not_hu": Text("not HU"),
    "high_bit": Text("odd high bit"),
    "parted_series": Text("in parts"),
    "quantized_values": Text("coarse values"),
    "rounded_directions": Text("rounded directions"),
    "slice_shift": Text("shifted slices"),
    "unknown_voi_function": Text("unknown window"),
    "unstated_units": Text("no unit stated"),
    "unusable_position": Text("unusable position"),
    "variable_spacing": Text("uneven spacing"),
    "varying_directions": Text("varying directions"),
    "voi_lut": Text("window as a table"),
}
"""Code of a fault -> what a list calls it; the series' own sentence tells it in full."""

STATES = {
    State.NOT_BEGUN: Text("not begun"),
    State.BEGUN: Text("begun"),
    State.DONE: Text("done"),
    State.UNREADABLE: Text("cannot be read"),
}
SIGNS = {
    State.NOT_BEGUN: "",
    State.BEGUN: status_sign(Status.UNDECIDED),
    State.DONE: status_sign(Status.ACCEPTED),
    State.UNREADABLE: "!",
}


def outcome_name(outcome: str) -> str:
    """What became of a series, in the reader's language.

    Parameters
    ----------
    outcome : str
        As its row has it.

    Returns
    -------
    str
        A few words; the English ones of an outcome that is not known.
    """
    return tr(OUTCOMES.get(outcome, Text(outcome)))


def fault_name(code: str) -> str:
    """A fault of a series, in the reader's language.

    Parameters
    ----------
    code : str
        As its row has it.

    Returns
    -------
    str
        A few words; the code of a fault that is not known.
    """
    return tr(FAULTS.get(code, Text(code)))
