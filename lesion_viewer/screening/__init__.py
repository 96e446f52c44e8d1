"""Archives: a detector over all their studies, on one machine or a cluster, into Parquet.

From outside: ``cluster``, ``forecast``, ``plan``, ``processes``, ``running``, ``searching``,
``workers``.
"""
