"""An open review, one module for each thing that is recorded in it; ``Session`` unites them.

From outside: ``annotation_gestures``, ``box_gestures``, ``detector_runs``, ``imported_files``,
``pictures``, ``prior_lesions``, ``read_marks``, ``reading_record``, ``view_memory``.
"""
