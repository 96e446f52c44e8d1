"""Planes through the volume beside the stored slices, their layouts, and what links them.

From outside: ``centring``, ``pane_grid``, ``plane_canvas``, ``plane_marks``, ``planes_controller``.
"""
