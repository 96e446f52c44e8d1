"""The actions of the window presets, one for each of ``resources/window_presets.json``."""

from lesion_viewer.ct.values.window import Preset, window_presets
from lesion_viewer.text import Text
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.parts import Parts

_NAMES = (
    Text("Soft tissue"),
    Text("Lung"),
    Text("Liver"),
    Text("Liver, non-contrast"),
    Text("Bone"),
    Text("Brain"),
    Text("Mediastinum"),
)
"""Names in the file, which are translated."""


def _preset_action(preset: Preset) -> ActionSpec[Parts]:
    width, level = f"{preset.window.width:g}", f"{preset.window.level:g}"
    text = Text("{name}  {width}/{level}", name=Text(preset.name), width=width, level=level)
    return ActionSpec(
        f"window.{preset.id}",
        text,
        (preset.key,),
        "Window",
        lambda parts: parts.volume.apply_preset(preset.id),
    )


PRESET_ACTIONS = tuple(_preset_action(preset) for preset in window_presets())
"""In the order of the file."""
