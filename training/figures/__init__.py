"""The paper's figures, drawn anew from runs and evaluations; readable in grey.

From outside: ``contact_sheet``, ``curves``, ``drawing``, ``failing``, ``paper_figures``.
"""
