"""The program of the bundle: ``lesion-viewer``, and ``-P -m MODULE`` as Python would run it.

Decoders and the detector run in processes of their own, started as ``sys.executable -P -m MODULE``;
in a bundle, ``sys.executable`` is this program.
"""

import runpy
import sys

if sys.argv[1:3] == ["-P", "-m"]:
    del sys.argv[1:3]
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
else:
    from lesion_viewer.cli import main

    sys.exit(main())
