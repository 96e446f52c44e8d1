"""What shapes on slices measure: millimetres, angles, areas, HU, and volumes of findings.

From outside: ``organ_volume``, ``strokes``, ``values``, ``volumes``.
"""
