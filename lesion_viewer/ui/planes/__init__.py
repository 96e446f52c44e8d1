"""Planes through the volume beside the stored slices, their layouts, and what links them.

From outside: ``controller``, ``pane_grid``, ``plane_view``.
"""
