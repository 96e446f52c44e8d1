"""Measurements in the window: drawn and changed on the picture, listed beside it.

From outside: ``controller``, ``measurements_panel``, ``measuring_layer``,
``outline_controller``, ``wording``.
"""
