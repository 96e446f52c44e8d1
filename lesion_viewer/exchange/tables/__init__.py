"""CSV in and out: reviewed findings, detections, proposals, a project's queue.

From outside: ``annotated_rows``, ``decision_columns``, ``detections_csv``, ``file_rows``,
``proposals_csv``, ``queue_csv``, ``reviewed_csv``, ``reviewed_slices``, ``slice_names``.
"""
