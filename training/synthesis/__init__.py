"""CT painted from label volumes of real anatomy: endless labelled slices without an image.

From outside: ``contact_sheet``, ``insertion``, ``synthesis_options``, ``synthetic_scans``.
"""
