"""Work lists: adapters that make them of DeepLesion, COCO, tables; their reviews and proposals.

From outside: ``project_files``, ``proposals_csv``, ``queue_csv``,
``recorded_images``, ``reviewed_slices``.
"""
