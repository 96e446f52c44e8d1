"""DeepLesion's annotation file: rows, padded 1-based boxes, spacing and windows.

From outside: ``annotation_rows``, ``measurement_columns``, ``slice_geometry``.
"""
