"""An open review, one module for each thing that is recorded in it; ``Session`` unites them.

From outside: ``box_gestures``, ``detector_runs``, ``imported_files``, ``pictures``, ``prior_lesions``,
``read_marks``, ``view_memory``.
"""
