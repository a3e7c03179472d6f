"""``styletune models pull``: a model from a hub."""

from threading import Event

from styletune.commands.models_progress import DownloadProgress
from styletune.commands.models_project import ways_to_use
from styletune.commands.models_settings import PullSettings
from styletune.errors import UsageError
from styletune.models.hub import read_repository
from styletune.models.hub_faults import endpoint
from styletune.models.installed import Installed, find_installed
from styletune.models.pull import Plan, Wanted, make_plan, pull, understand
from styletune.models.repository_files import gigabytes, offers
from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible


def run(settings: PullSettings, console: Console) -> int:
    """Download a model unless it is here."""
    wanted = understand(settings.name, settings.quantization)
    if settings.list_files:
        return _list_files(wanted, console)
    here = find_installed(settings.name) if settings.quantization is None else None
    if here is not None and here.origin == "pulled" and here.complete:
        return _is_here(here, console)
    run_interruptible(
        lambda stop: _pull(wanted, console, stop),
        on_stop=lambda: console.notice("Stopping ..."),
        on_abandon=lambda: console.notice("What has arrived is kept; run the same command to go on from there."),
    )
    return 0


def _pull(wanted: Wanted, console: Console, stop: Event) -> None:
    plan = make_plan(wanted)
    here = find_installed(plan.name)
    if here is not None and here.origin == "added":
        raise UsageError(
            f"{plan.name} is the name of a file of yours ({here.path}). Forget it first: styletune models rm {plan.name}"
        )
    if here is not None and here.complete:
        _is_here(here, console)
        return
    _announce(plan, console)
    with DownloadProgress(console) as progress:
        model = pull(plan, observer=progress, stop=stop)
    console.summary(f"{model.name} is ready: {gigabytes(model.size)} in {model.path.parent}")
    console.notice(ways_to_use(model.name))


def _is_here(model: Installed, console: Console) -> int:
    console.summary(f"{model.name} is here already: {model.path}")
    console.notice(f"To fetch it anew: styletune models rm {model.name}, then this again.")
    return 0


def _announce(plan: Plan, console: Console) -> None:
    count = len(plan.offer.files)
    parts = f", {count} parts" if count > 1 else ""
    console.notice(
        f"{plan.repository.name} at {endpoint()}: {plan.offer.quantization or plan.offer.files[0].name}, "
        f"{gigabytes(plan.offer.size)}{parts}"
    )


def _list_files(wanted: Wanted, console: Console) -> int:
    repository = read_repository(wanted.repository)
    found = offers(repository.files)
    for offer in found:
        line = f"{offer.quantization or '?':<12} {gigabytes(offer.size):>8}  {offer.files[0].path}"
        more = f" and {len(offer.files) - 1} more" if len(offer.files) > 1 else ""
        console.write((line + more + "\n").encode("utf-8", "backslashreplace"))
    if not found:
        console.notice(f"{repository.name} holds no .gguf model.")
    return 0
