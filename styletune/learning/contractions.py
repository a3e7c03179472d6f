"""English contractions, and what they are contracted from."""

import re

_CONTRACTED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|have|has|had|could|should|would|must|ca|wo)n['’]t"
    r"|(?:I|you|we|they|he|she|it|that|there|what|who)['’](?:m|re|ve|ll|d|s))\b",
    re.IGNORECASE,
)
_IN_FULL = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|have|has|had|could|should|would|must|can|will)\s+not|cannot"
    r"|I\s+am|(?:you|we|they)\s+are|(?:he|she|it|that|there|what|who)\s+is"
    r"|(?:I|you|we|they)\s+have|(?:I|you|we|they|he|she|it|that|there)\s+(?:will|would))\b",
    re.IGNORECASE,
)


def contracted(text: str) -> int:
    """Count the contractions of an English text."""
    return len(_CONTRACTED.findall(text))


def in_full(text: str) -> int:
    """Count what could be contracted in an English text."""
    return len(_IN_FULL.findall(text))


def is_contraction(old: str, new: str) -> bool:
    """Tell whether a change does nothing but contract, or write a contraction out."""
    return bool(_whole(_CONTRACTED, old) and _whole(_IN_FULL, new)) or bool(
        _whole(_IN_FULL, old) and _whole(_CONTRACTED, new)
    )


def _whole(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text.strip()) is not None
