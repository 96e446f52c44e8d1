"""From a CT to candidates: model inputs, detectors, sweeps over slices, linking to 3D.

From outside: ``boxes``, ``candidates``, ``checkpoints``, ``detector``, ``detector_process``,
``gate``, ``identity``, ``inputs``, ``installed``, ``lesion_types``, ``linking``, ``models``,
``neighbours``, ``planes``, ``score_calibration``, ``sweep``.
"""
