"""Labelling projects: thousands of annotated slices, their queue and its orders.

From outside: ``label_detector_disagreement``, ``project``, ``proposals``, ``queue``,
``queue_facts``.
"""
