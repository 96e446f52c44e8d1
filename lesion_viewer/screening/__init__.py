"""Archives: a detector over all their studies, on one machine or a cluster, into Parquet.

From outside: ``cluster``, ``decisions``, ``forecast``, ``kept_lists``, ``list_filter``, ``places``,
``plan``, ``processes``, ``results``, ``reviews``, ``running``, ``screened_list``,
``searched_unit``, ``searching``, ``workers``.
"""
