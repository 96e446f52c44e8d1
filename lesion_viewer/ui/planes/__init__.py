"""Planes through the volume beside the stored slices, their layouts, and what links them.

From outside: ``pane_grid``, ``places``, ``plane_canvas``, ``plane_marks_controller``,
``plane_slider``, ``planes_controller``.
"""
