"""Files that are looked at now and then."""

from pathlib import Path

from styletune.watch.stamps import SettingFiles, Stamps


def test_a_file_that_changes_appears_or_goes_is_told_once(tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    stamps = Stamps()
    stamps.add(one)
    stamps.add(two)
    assert stamps.changed() == []
    one.write_text("11")
    two.write_text("2")
    assert stamps.changed() == [one, two]
    assert stamps.changed() == []
    one.unlink()
    assert stamps.changed() == [one]


def test_all_files_that_settings_consist_of_are_looked_at(tmp_path: Path):
    (tmp_path / ".styletune" / "rules").mkdir(parents=True)
    voice = tmp_path / "voice.md"
    named: list[Path] = []
    files = SettingFiles(tmp_path, lambda _: named)
    names = ["styletune.toml", ".stylerules", ".styletune/glossary.toml", ".styletune/rules/a.md"]
    for name in names:
        (tmp_path / name).write_text("x")
        assert files.changed() == [name]
    voice.write_text("x")
    assert files.changed() == []
    named.append(voice)
    (tmp_path / "styletune.toml").write_text("xy")
    assert files.changed() == ["styletune.toml"]
    voice.write_text("xy")
    assert files.changed() == ["voice.md"]
    (tmp_path / ".styletune" / "rules" / "a.md").unlink()
    assert files.changed() == [".styletune/rules/a.md"]
