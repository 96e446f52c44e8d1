"""CT painted from label volumes of real anatomy: endless labelled slices without an image.

From outside: ``ideal_observer``, ``insertion``, ``synthetic_scans``.
"""
