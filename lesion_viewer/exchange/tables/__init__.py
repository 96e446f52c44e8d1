"""The rows of CSV files: decisions, findings, detections, slices.

From outside: ``decision_columns``, ``detections_csv``, ``file_rows``, ``finding_rows``,
``fitted_boxes``, ``found_boxes``, ``growth_csv``, ``reviewed_rows``, ``slice_names``,
``type_columns``.
"""
