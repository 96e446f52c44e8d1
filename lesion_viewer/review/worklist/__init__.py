"""Work lists: thousands of annotated slices, their queue and its orders.

From outside: ``label_detector_disagreement``, ``proposals``, ``queue``, ``queue_facts``,
``work_list``.
"""
