"""A watcher's audience as a run on drafts sees it."""

from types import TracebackType
from typing import Self

from styletune.report import SegmentReport
from styletune.watch.events import Audience


class Following:
    """Passes on what happens within one draft; the audience outlives each of them."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def loading(self) -> None:
        """Tell that the model is being loaded."""
        self._audience.loading()

    def begin(self, path: str) -> None:
        """Tell of the next draft."""
        self._audience.begin(path)

    def planned(self, segments: int) -> None:
        """Tell how many segments go to the engine."""
        self._audience.planned(segments)

    def text(self, segment_id: str, piece: str) -> None:
        """Tell of new text."""
        self._audience.text(segment_id, piece)

    def done(self, report: SegmentReport) -> None:
        """Tell what became of a segment."""
        self._audience.done(report)
