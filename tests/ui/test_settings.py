"""What the program remembers between starts."""

import json
from pathlib import Path

import pytest

from lesion_viewer.ui.settings import Settings, load_settings, save_settings, settings_path


def test_a_fresh_home_gives_the_defaults() -> None:
    settings = load_settings()
    assert settings.reader
    assert not settings.notice_accepted
    assert settings.mouse_scheme == "default"
    assert settings.detect_on_opening


def test_what_was_saved_is_loaded_again() -> None:
    saved = Settings(
        reader="Dr. Röntgen",
        mouse_scheme="pacs",
        keep_recent=True,
        recent=[["/data/ct"], ["/data/png", "/data/labels.csv"]],
    )
    save_settings(saved)
    assert load_settings() == saved


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reader": 5, "recent": "x"}'])
def test_damaged_settings_give_the_defaults(text: str) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(text, encoding="utf-8")
    assert load_settings() == Settings()


def test_the_recent_paths_are_the_newest_ten_each_once(tmp_path: Path) -> None:
    settings = Settings()
    for number in [*range(12), 5]:
        settings.remember(tmp_path / str(number))
    names = [Path(p).name for (p,) in settings.recent]
    assert names == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]


def test_saving_leaves_no_temporary_file() -> None:
    save_settings(Settings())
    assert [p.name for p in settings_path().parent.iterdir()] == ["settings.json"]
    assert json.loads(settings_path().read_text(encoding="utf-8"))["mouse_scheme"] == "default"


def test_two_windows_keep_what_each_changed() -> None:
    save_settings(Settings(keep_recent=True, recent=[["/old"]]))
    first, second = load_settings(), load_settings()
    first.layout, first.lesion_types = "2x2", ["cyst"]
    first.recent = [["/first"], *first.recent]
    save_settings(first)
    second.theme, second.lesion_types = "light", ["haemangioma"]
    second.recent = [["/second"], *second.recent]
    save_settings(second)
    saved = load_settings()
    assert (saved.layout, saved.theme) == ("2x2", "light")
    assert set(saved.lesion_types) == {"cyst", "haemangioma"}
    assert saved.recent == [["/second"], ["/old"], ["/first"]]

    first.cine_per_s = 20
    save_settings(first)
    saved = load_settings()
    assert (saved.cine_per_s, saved.theme) == (20, "light")
    assert set(saved.lesion_types) == {"cyst", "haemangioma"}


def test_a_window_that_keeps_no_recent_list_ends_it_for_all() -> None:
    save_settings(Settings(keep_recent=True, recent=[["/old"]]))
    first, second = load_settings(), load_settings()
    first.keep_recent = False
    save_settings(first)
    second.theme = "light"
    save_settings(second)
    assert not load_settings().keep_recent
    assert "/old" not in settings_path().read_text(encoding="utf-8")
