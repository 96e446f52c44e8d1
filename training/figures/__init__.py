"""The paper's figures, drawn anew from runs and evaluations; readable in grey.

From outside: ``failing``, ``paper_figures``.
"""
