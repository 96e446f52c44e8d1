"""Work lists: adapters for DeepLesion, COCO, tables and archives; their reviews and proposals.

From outside: ``decided_slices``, ``project_files``, ``proposals_csv``, ``queue_csv``.
"""
