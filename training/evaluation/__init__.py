"""How good a detector is: cases, matching, curves, intervals, and what is written of them.

From outside: ``cases``, ``comparing``, ``comparison_tables``, ``detecting``, ``mask_results``,
``matching``, ``result_files``, ``result_tables``, ``results``, ``scoring``.
"""
