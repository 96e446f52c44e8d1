"""Two readers of one project: how far they agree, and a third who settles the rest.

From outside: ``adjudication``, ``agreement``.
"""
