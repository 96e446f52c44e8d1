"""The table of actions, from which menus, keys, tool tips and the key sheet are made."""

from dataclasses import dataclass
from enum import Enum

from lesion_viewer.ct.values.window import window_presets


class Mode(Enum):
    """When an action's keys are heard."""

    ALWAYS = "always"
    VIEWING = "viewing"  #: while no box is being edited
    EDITING = "editing"  #: while a box is being edited


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that a reader can do.

    Attributes
    ----------
    id : str
        ``group.name``; it never changes, keys are bound to it.
    text : str
        In menus and the key sheet.
    keys : tuple[str, ...]
        Default keys in Qt's portable notation; menus show the first one.
    slot : str
        Dotted path to what is called; it begins at the window, or at the feature that adds the
        action.
    menu : str
        Title of its menu, one of ``bindings.MENUS``.
    mode : Mode
        When its keys are heard.
    is_checkable : bool
        Whether the action has two states; the slot is called with the new one.
    argument : object
        What the slot is called with; None calls it with nothing.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    slot: str
    menu: str
    mode: Mode = Mode.ALWAYS
    is_checkable: bool = False
    argument: object = None


def _preset_specs() -> tuple[ActionSpec, ...]:
    presets = [(p.id, p.name, p.key, p.window) for p in window_presets()]
    return tuple(
        ActionSpec(
            f"window.{id}",
            f"{name}  {window.width:g}/{window.level:g}",
            (key,),
            "volume.apply_preset",
            "Window",
            argument=id,
        )
        for id, name, key, window in presets
    )


A = ActionSpec
V, E = Mode.VIEWING, Mode.EDITING

ACTIONS: tuple[ActionSpec, ...] = (
    A("file.open_folder", "Open folder…", ("Ctrl+O",), "study.choose_folder", "File"),
    A("file.open_file", "Open file…", ("Ctrl+Shift+O",), "study.choose_file", "File"),
    A(
        "file.open_project",
        "Open labelling project…",
        ("Ctrl+P",),
        "queue.choose_project",
        "File",
    ),
    A("file.labels", "Import labels…", (), "exchange.choose_labels", "File"),
    A(
        "file.export_csv",
        "Export review…",
        ("Ctrl+E",),
        "exchange.choose_export",
        "File",
    ),
    A("file.import_csv", "Import reviewed CSV…", ("Ctrl+I",), "exchange.choose_reviewed", "File"),
    A(
        "file.corrections",
        "Import corrections (COCO or CSV)…",
        ("Ctrl+Shift+I",),
        "exchange.choose_corrections",
        "File",
    ),
    A("file.new_review", "New review of this picture", (), "study.begin_review", "File"),
    A("file.left_out", "Files left out…", (), "study.show_left_out", "File"),
    A("file.settings", "Settings…", ("Ctrl+,",), "program.show_settings", "File"),
    A("file.quit", "Quit", ("Ctrl+Q",), "close", "File"),
    A("edit.undo", "Undo", ("Ctrl+Z",), "gestures.undo", "Edit"),
    A("edit.redo", "Redo", ("Ctrl+Y", "Ctrl+Shift+Z"), "gestures.redo", "Edit"),
    A("edit.cancel", "Cancel", ("Esc",), "cancel", "Edit"),
    A("slice.previous", "Previous slice", ("Up",), "volume.step", "Slice", V, argument=-1),
    A("slice.next", "Next slice", ("Down",), "volume.step", "Slice", V, argument=1),
    A("slice.back_10", "10 slices back", ("Shift+Up",), "volume.step", "Slice", V, argument=-10),
    A("slice.on_10", "10 slices on", ("Shift+Down",), "volume.step", "Slice", V, argument=10),
    A("slice.first", "First slice", ("Home",), "volume.go_first", "Slice"),
    A("slice.last", "Last slice", ("End",), "volume.go_last", "Slice"),
    A("slice.go_to", "Go to slice…", ("G",), "reading.go_to_slice", "Slice"),
    A("series.previous", "Previous series", ("PgUp",), "study.step_series", "Slice", argument=-1),
    A("series.next", "Next series", ("PgDown",), "study.step_series", "Slice", argument=1),
    A("view.cine", "Cine", ("C",), "volume.set_cine", "Slice", is_checkable=True),
    A("window.file", "The file's own window", ("0",), "volume.apply_file_window", "Window"),
    *_preset_specs(),
    A(
        "window.invert",
        "Invert grey levels",
        ("I",),
        "volume.set_inverted",
        "Window",
        is_checkable=True,
    ),
    A("view.fit", "Fit to window", ("F",), "canvas.fit", "View"),
    A(
        "view.as_stored",
        "Slices as they are stored",
        ("O",),
        "volume.set_as_stored",
        "View",
        is_checkable=True,
    ),
    A("view.zoom_to", "Enlarge the finding", ("Z",), "marks.zoom_to", "View"),
    A("view.measure", "Measure a length", ("M",), "canvas.begin_measuring", "View"),
    A("view.hide_marks", "Hide all marks", ("H",), "review.set_hidden", "View", is_checkable=True),
    A(
        "view.show_rejected",
        "Show rejected findings",
        ("Shift+H",),
        "review.set_rejected_shown",
        "View",
        is_checkable=True,
    ),
    A(
        "view.pacs_mouse",
        "PACS-like mouse (right drag = window)",
        (),
        "reading.set_pacs_mouse",
        "View",
        is_checkable=True,
    ),
    A("queue.next", "Next slice of the queue", (".",), "projects.step", "Queue", argument=1),
    A(
        "queue.previous",
        "Previous slice of the queue",
        (",",),
        "projects.step",
        "Queue",
        argument=-1,
    ),
    A("queue.filters", "Show or hide the filters", ("Q",), "queue.toggle_filters", "Queue"),
    A(
        "queue.search",
        "Search all slices of the queue, or stop",
        ("Ctrl+D",),
        "proposals.toggle",
        "Queue",
    ),
    A(
        "reader.agreement",
        "Agreement of two readers…",
        (),
        "readers.choose_agreement",
        "Queue",
    ),
    A("reader.sign_in", "Sign in as…", (), "queue.choose_reader", "Queue"),
    A("finding.next", "Next undecided", ("N",), "projects.go_next", "Findings"),
    A("finding.previous", "Previous undecided", ("P",), "projects.go_previous", "Findings"),
    A("finding.accept", "Accept", ("A",), "gestures.accept", "Findings"),
    A(
        "finding.accept_all",
        "Accept all on this slice",
        ("Shift+A",),
        "gestures.accept_all",
        "Findings",
    ),
    A("finding.reject", "Reject", ("X",), "gestures.reject", "Findings"),
    A(
        "finding.reject_because",
        "Reject with a reason…",
        ("Shift+X",),
        "findings.choose_reason",
        "Findings",
    ),
    A("finding.unsure", "Unsure", ("U",), "gestures.mark_unsure", "Findings"),
    A("finding.reset", "Back to undecided", ("Ctrl+Backspace",), "gestures.reset", "Findings"),
    A("finding.edit", "Edit box", ("E",), "marks.toggle_editing", "Findings"),
    A("finding.draw", "Draw a new finding", ("B",), "marks.begin_drawing", "Findings"),
    A(
        "finding.extend",
        "Draw the finding's box on this slice",
        ("Shift+B",),
        "marks.begin_extending",
        "Findings",
    ),
    A(
        "finding.remove_box",
        "Remove the finding's box on this slice",
        ("Ctrl+Del",),
        "marks.remove_box",
        "Findings",
    ),
    A("finding.axes", "Edit long and short axis", ("L",), "marks.edit_axes", "Findings"),
    A("finding.snap", "Snap the box to the lesion's edge", ("S",), "marks.snap", "Findings"),
    A(
        "finding.copy_on",
        "Copy the box to the next slice",
        ("Ctrl+Down",),
        "marks.copy_box",
        "Findings",
        argument=1,
    ),
    A(
        "finding.copy_back",
        "Copy the box to the slice before",
        ("Ctrl+Up",),
        "marks.copy_box",
        "Findings",
        argument=-1,
    ),
    A(
        "finding.interpolate",
        "Fill the slices between two boxes",
        ("J",),
        "marks.interpolate",
        "Findings",
    ),
    A("finding.type", "Choose the lesion type…", ("Y",), "findings.choose_type", "Findings"),
    A("finding.note", "Write a note", ("T",), "findings_feature.focus_note", "Findings"),
    A(
        "read.slice",
        "Slice read in full",
        ("R",),
        "gestures.set_slice_read",
        "Findings",
        is_checkable=True,
    ),
    A(
        "read.series",
        "Series read in full",
        ("Shift+R",),
        "gestures.set_series_read",
        "Findings",
        is_checkable=True,
    ),
    A("box.left", "Move box left", ("Left",), "marks.nudge", "Box", E, argument=(-1, 0)),
    A("box.right", "Move box right", ("Right",), "marks.nudge", "Box", E, argument=(1, 0)),
    A("box.up", "Move box up", ("Up",), "marks.nudge", "Box", E, argument=(0, -1)),
    A("box.down", "Move box down", ("Down",), "marks.nudge", "Box", E, argument=(0, 1)),
    A("box.narrower", "Narrower box", ("Shift+Left",), "marks.resize", "Box", E, argument=(-1, 0)),
    A("box.wider", "Wider box", ("Shift+Right",), "marks.resize", "Box", E, argument=(1, 0)),
    A("box.lower", "Flatter box", ("Shift+Up",), "marks.resize", "Box", E, argument=(0, -1)),
    A("box.taller", "Taller box", ("Shift+Down",), "marks.resize", "Box", E, argument=(0, 1)),
    A("detect.run", "Run or stop the detector", ("D",), "sweep.toggle", "Detection"),
    A(
        "detect.everywhere",
        "Search everywhere, not only in the liver",
        ("Shift+D",),
        "sweep.set_everywhere",
        "Detection",
        is_checkable=True,
    ),
    A("detect.lower", "Lower threshold", ("[",), "sweep.step_threshold", "Detection", argument=-1),
    A("detect.raise", "Raise threshold", ("]",), "sweep.step_threshold", "Detection", argument=1),
    A("help.keys", "Keys and mouse", ("?", "Shift+?", "F1"), "program.show_keys", "Help"),
    A("help.diagnostics", "Copy diagnostics", (), "program.copy_diagnostics", "Help"),
    A("help.about", "About Lesion Viewer", (), "program.show_about", "Help"),
)
