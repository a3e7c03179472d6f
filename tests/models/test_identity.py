import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import platformdirs
import pytest

from styletune import __version__
from styletune.errors import Cancelled, ModelError
from styletune.models import identity
from styletune.models.choice import ModelChoice
from styletune.models.identity import model_identity, remember_hash

if TYPE_CHECKING:
    from collections.abc import Callable


def of(path: Path) -> str:
    return model_identity(ModelChoice("gguf", path=path))


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read, in order."""
    read: list[Path] = []
    real: Callable[..., str] = identity._hash

    def count(path: Path, stop: Event | None) -> str:
        read.append(path)
        return real(path, stop)

    monkeypatch.setattr(identity, "_hash", count)
    return read


def test_a_file_is_known_by_its_content(model: Path, tiny: bytes, tmp_path: Path) -> None:
    (tmp_path / "copy.gguf").write_bytes(tiny)
    assert of(model) == of(tmp_path / "copy.gguf") == sha256(tiny)


def test_shards_count_all_together(tmp_path: Path, shard_bytes: list[bytes]) -> None:
    paths = [tmp_path / f"m-0000{number}-of-00002.gguf" for number in (1, 2)]
    for path, data in zip(paths, shard_bytes, strict=True):
        path.write_bytes(data)
    before = of(paths[0])
    paths[1].write_bytes(shard_bytes[1] + b"\0")
    assert of(paths[0]) != before


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ModelChoice("echo"), f"echo:{__version__}"),
        (ModelChoice("pseudo"), f"pseudo:{__version__}"),
        (ModelChoice("openai", url="http://h/v1", model="m"), "openai:http://h/v1#m"),
    ],
)
def test_what_has_no_file_is_known_by_its_name(choice: ModelChoice, expected: str) -> None:
    assert model_identity(choice) == expected


def test_a_file_is_read_once(model: Path, hashed: list[Path]) -> None:
    assert of(model) == of(model)
    assert hashed == [model]


def test_a_link_shares_the_hash_of_its_file(model: Path, hashed: list[Path], tmp_path: Path) -> None:
    (tmp_path / "link.gguf").symlink_to(model)
    assert of(model) == of(tmp_path / "link.gguf")
    assert len(hashed) == 1


def test_a_changed_file_is_read_again(model: Path, hashed: list[Path], tiny: bytes) -> None:
    before = of(model)
    stamp = model.stat()
    model.write_bytes(tiny[:-1] + b"\1")
    os.utime(model, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
    assert of(model) != before
    assert len(hashed) == 2


def test_another_file_in_its_place_is_read_though_size_and_time_are_the_same(
    model: Path, hashed: list[Path], tiny: bytes
) -> None:
    before, stamp = of(model), model.stat()
    other = model.with_name("other")
    other.write_bytes(tiny[:-1] + b"\1")
    os.utime(other, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    other.replace(model)
    assert of(model) != before


def records() -> list[Path]:
    return list((platformdirs.user_cache_path("styletune") / "models").glob("*.hash.json"))


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"found": 3}', b'{"found": "abc", "stamp": []}', b"\xff\xfe"])
def test_a_damaged_record_costs_only_another_reading(model: Path, hashed: list[Path], damage: bytes) -> None:
    before = of(model)
    (record,) = records()
    record.write_bytes(damage)
    assert of(model) == before
    assert len(hashed) == 2
    assert of(model) == before
    assert len(hashed) == 2


def test_a_record_with_half_a_hash_is_not_believed(model: Path, hashed: list[Path]) -> None:
    before = of(model)
    (record,) = records()
    values = json.loads(record.read_bytes())
    record.write_text(json.dumps(values | {"found": values["found"][:10]}))
    assert of(model) == before


def test_a_cache_that_cannot_be_written_changes_nothing(model: Path, tiny: bytes, own_home: Path) -> None:
    (own_home / "cache").write_text("in the way")
    assert of(model) == sha256(tiny)


def test_a_known_hash_need_not_be_found_again(model: Path, hashed: list[Path]) -> None:
    remember_hash(model, "0" * 64)
    assert of(model) == f"sha256:{'0' * 64}"
    assert hashed == []


def test_reading_a_large_file_can_be_stopped(model: Path) -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        model_identity(ModelChoice("gguf", path=model), stop=stop)
    assert of(model).startswith("sha256:")


def test_a_file_that_grows_meanwhile_is_no_model_yet(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., str] = identity._hash

    def grow(path: Path, stop: Event | None) -> str:
        with path.open("ab") as file:
            file.write(b"more")
        return real(path, stop)

    monkeypatch.setattr(identity, "_hash", grow)
    with pytest.raises(ModelError, match="changed while it was read"):
        of(model)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.gguf cannot be read: there is no such file"):
        of(tmp_path / "gone.gguf")


def test_processes_do_not_get_into_each_others_way(model: Path, tiny: bytes) -> None:
    code = (
        "import sys; from pathlib import Path; from styletune.models.choice import ModelChoice;"
        "from styletune.models.identity import model_identity; from styletune.models.file_records import _record;"
        "path = Path(sys.argv[1]); found = set()\n"
        "for turn in range(30):\n"
        "    found.add(model_identity(ModelChoice('gguf', path=path)))\n"
        "    _record(path, 'hash').unlink(missing_ok=True) if turn % 3 == 0 else None\n"
        "print(*found)"
    )
    command = [sys.executable, "-c", code, str(model)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert {process.communicate()[0].strip() for process in running} == {sha256(tiny)}
    assert len(records()) <= 1
