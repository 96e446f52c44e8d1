"""The queue of a labelling project on screen: list, filters, progress.

From outside: ``list_view``, ``panel``, ``wording``.
"""
