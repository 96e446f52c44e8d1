"""The detector on screen: its panel, and the sweep in the background.

From outside: ``detection_panel``, ``sweep_controller``.
"""
