"""Archives: a detector over all their studies, on one machine or a cluster, into Parquet.

From outside: ``cluster``, ``plan``, ``running``, ``searching``, ``workers``.
"""
