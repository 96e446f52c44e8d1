"""Pages and pictures of the manual that have their place elsewhere in the repository."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "changes.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "failures.png": "resources/detectors/liver/failures.png",
    "notes.md": "training/recipes/NOTES.md",
    "screenshot.png": "resources/screenshot.png",
    "security.md": "SECURITY.md",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files of ``ELSEWHERE`` under the names that the manual's pages link to."""
    for name, place in ELSEWHERE.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / place)))
    return files
