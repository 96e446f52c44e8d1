"""DeepLesion as training data: download, rows by patient, slices with their neighbours.

From outside: ``data_options``, ``download``, ``dropped_rows``, ``row_selection``, ``scans``,
``slice_images``.
"""
