"""The rows of CSV files: decisions, findings, detections, slices, a project's queue.

From outside: ``annotated_rows``, ``decision_columns``, ``detections_csv``, ``file_rows``,
``finding_rows``, ``fitted_boxes``, ``found_boxes``, ``queue_csv``, ``reviewed_rows``,
``slice_names``, ``type_columns``.
"""
