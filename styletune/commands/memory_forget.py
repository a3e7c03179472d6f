"""``styletune memory forget``: remove something from everywhere, and say where it still stands."""

from pathlib import Path
from typing import TYPE_CHECKING

from styletune.commands.memory_place import project_folder
from styletune.commands.memory_settings import ForgetSettings
from styletune.files.atomic import sync_folders
from styletune.memory.translation_memory import FILE
from styletune.terminal.console import Console
from styletune.terminal.question import MAY_REMOVE, NOBODY_TO_REMOVE, agreed

if TYPE_CHECKING:
    from styletune.learning.forgetting import Forgetting


def run(settings: ForgetSettings, console: Console) -> int:
    """Show what goes, ask, remove it, and show what stays."""
    from styletune.learning.forgetting import forgetting  # noqa: PLC0415 -- the database is loaded when it is needed

    root = project_folder(settings.project)
    found = [forgetting(root, item, caches=[_cache() / FILE]) for item in settings.items]
    if any(one.removals for one in found):
        _tell(found, console)
        if not settings.yes and not agreed(MAY_REMOVE, console, nobody=NOBODY_TO_REMOVE):
            console.notice("Nothing was removed.")
            return 0
        for removal in (removal for one in found for removal in one.removals):
            removal.apply()
        sync_folders()
    _report(root, found, settings, console)
    return 0


def _cache() -> Path:
    """Return the folder for what belongs to no project, and for what was read of posts."""
    from platformdirs import user_cache_path  # noqa: PLC0415 -- only this verb looks there

    return user_cache_path("styletune", appauthor=False)


def _tell(found: "list[Forgetting]", console: Console) -> None:
    for one in found:
        for removal in one.removals:
            console.notice(removal.file)
            for line in removal.what:
                console.notice(f"  {line}")
        for paragraph in one.unprotected:
            text = " ".join(paragraph.text.split())[:60]
            console.notice(
                f"{paragraph.output} keeps “{text}”, but it is not known any more that you wrote it: a run that works on "
                "that paragraph writes it anew."
            )


def _report(root: Path, found: "list[Forgetting]", settings: ForgetSettings, console: Console) -> None:
    from styletune.learning.forgetting import still_standing  # noqa: PLC0415 -- see above

    elsewhere = [*_cache().glob("memory.sqlite*"), *_cache().glob("posts/*.json")]
    stays = {one.item: still_standing(root, one.item, elsewhere=elsewhere) for one in found if _is_a_text(one)}
    if settings.json:
        console.write_json(_as_json(found, stays))
        return
    for one in found:
        gone = sum(len(removal.what) for removal in one.removals)
        console.summary(f"Forgotten: {one.item}" if gone else f"Nothing that styletune remembers holds “{one.item}”.")
        for note in one.notes:
            console.notice(note)
        if stays.get(one.item):
            console.notice("It still stands in:")
            for place in stays[one.item]:
                console.notice(f"  {place}")
            if not one.is_text:
                console.notice("The same command once more removes every remembered text that holds it.")


def _is_a_text(one: "Forgetting") -> bool:
    return not one.notes and not one.item.isdigit()


def _as_json(found: "list[Forgetting]", stays: dict[str, list[str]]) -> object:
    return [
        {
            "item": one.item,
            "removed": [{"file": removal.file, "what": list(removal.what)} for removal in one.removals],
            "unprotected": [{"output": other.output, "text": other.text} for other in one.unprotected],
            "still_in": stays.get(one.item, []),
        }
        for one in found
    ]
