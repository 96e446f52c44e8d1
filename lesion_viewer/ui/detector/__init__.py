"""The detector on screen: its panel, and the sweep in the background.

From outside: ``chosen_detector``, ``detection_panel``, ``sweep_controller``,
``unlike_watch``.
"""
