"""Work lists: adapters for DeepLesion, COCO, tables and archives; their reviews and proposals.

From outside: ``project_files``, ``proposals_csv``, ``queue_csv``, ``recorded_images``,
``reviewed_slices``.
"""
