"""The table in tests/README.md names tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
TOKEN = re.compile(r"`((?:\.\./)?(?:\w+/)?test_\w+)?(?:::([\w*.]+))?`")


def test_every_test_that_the_table_names_exists():
    table = (TESTS / "README.md").read_text(encoding="utf-8")
    named, file = 0, Path()
    for cell in re.findall(r"^\|[^|]*\|([^|]*)\|", table, re.MULTILINE):
        for name, test in TOKEN.findall(cell):
            if not name and not test:
                continue
            file = TESTS / "ct" / f"{name}.py" if name else file
            assert file.is_file(), name
            pattern = re.escape(test).replace(r"\.\.\.", ".*").replace(r"\*", ".*")
            assert re.search(f"def {pattern}", file.read_text(encoding="utf-8")), (file.name, test)
            named += 1
    assert named > 50
