"""Archives: a detector over all their studies, on one machine or a cluster, into Parquet.

From outside: ``plan``, ``running``, ``sources``.
"""
