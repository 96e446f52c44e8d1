"""An earlier study beside the one on show, and the table of its lesions' growth.

From outside: ``growth_panel``, ``prior_controller``, ``prior_pane``, ``wording``.
"""
