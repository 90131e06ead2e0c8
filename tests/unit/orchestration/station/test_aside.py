"""What is written aside takes the place of what was there, whole."""

from pathlib import Path

from orchestration.station.aside import write_folder_aside


def test_files_take_the_place_of_the_former_ones_whole(tmp_path: Path) -> None:
    folder = tmp_path / "indicateurs"
    write_folder_aside(folder, {"a.md": "a", "b.md": "b"})
    write_folder_aside(folder, {"a.md": "A"})
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {"a.md": "A"}
    assert [path.name for path in tmp_path.iterdir()] == ["indicateurs"]
