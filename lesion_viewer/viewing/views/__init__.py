"""The views of the volume on show: which planes, how thick, how large; which of them are seen.

From outside: ``arrangement``, ``plane_masks``, ``plane_view``.
"""
