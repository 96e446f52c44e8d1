"""Where a recipe's scans come from: phantoms, annotated volumes, reviewed projects.

From outside: ``phantom_scans``, ``reviewed_projects``, ``scan_sources``.
"""
