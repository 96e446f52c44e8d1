"""DeepLesion as training data: download, rows by patient, slices with their neighbours.

From outside: ``download``, ``row_selection``, ``scans``, ``slice_images``.
"""
