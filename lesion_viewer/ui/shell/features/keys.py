"""The reader's own keys."""

from lesion_viewer.text import Text
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.bindings import MENUS
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.shell.keys.editor import KeyEditor


class KeysFeature(Feature):
    """Lets the reader change which keys call which action.

    Parameters
    ----------
    window : Frame
        Its actions are offered, of whatever feature.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        edit = ActionSpec[KeysFeature](
            "help.edit_keys", Text("Change keys…"), (), "Help", lambda own: own.edit()
        )
        window.add_actions([edit], self)

    def edit(self) -> None:
        """Show all actions with their keys, to change them."""
        window, settings = self.window, self.window.settings
        editor = KeyEditor(window.actions_by_id, MENUS, settings.keys, window)
        editor.keys_changed.connect(lambda: save_settings(settings))
        editor.open()
