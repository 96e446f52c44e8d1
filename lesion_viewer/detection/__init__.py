"""From a CT to candidates: model inputs, detectors, runs over series, linking to 3D.

From outside: ``boxes``, ``candidates``, ``checkpoints``, ``detector``, ``detector_process``,
``gate``, ``identity``, ``inputs``, ``installed``, ``lesion_types``, ``linking``, ``models``,
``neighbours``, ``network_detector``, ``patches``, ``planes``, ``running``, ``runtimes``,
``score_calibration``, ``second_look``, ``segmenter``, ``slice_mask``, ``unlike``.
"""
