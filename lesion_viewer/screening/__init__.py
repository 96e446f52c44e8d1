"""Archives: a detector over all their studies, on one machine or a cluster, into Parquet.

From outside: ``cluster``, ``plan``, ``processes``, ``running``, ``searching``, ``workers``.
"""
