"""Work lists: what is to be reviewed, its queue with orders, filters and progress, proposals.

From outside: ``filters``, ``label_detector_disagreement``, ``orders``, ``proposals``, ``queue``,
``queue_facts``, ``work_list``.
"""
