"""From a CT to candidates: model inputs, detectors, runs over series, linking to 3D.

From outside: ``boxes``, ``candidates``, ``checkpoints``, ``detector``, ``detector_process``,
``gate``, ``identity``, ``inputs``, ``installed``, ``lesion_types``, ``linking``, ``models``,
``neighbours``, ``patches``, ``planes``, ``running``, ``runtimes``, ``score_calibration``,
``segmenter``, ``slice_mask``, ``unlike``.
"""
