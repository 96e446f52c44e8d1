"""What shapes on slices measure: millimetres, angles, areas, HU, and volumes of findings.

From outside: ``strokes``, ``values``, ``volumes``.
"""
