"""The report of the study on show: its preview, and the files that it leaves as.

From outside: ``controller``, ``pdf``.
"""
