"""An earlier study beside the one on show: what links them, and what became of its lesions.

From outside: ``follow_up``, ``link``, ``prior``.
"""
