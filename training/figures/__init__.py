"""The paper's figures, drawn anew from runs and evaluations; readable in grey.

From outside: ``contact_sheet``, ``failing``, ``paper_figures``.
"""
