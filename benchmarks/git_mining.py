"""Mine a history of which is known what was rewritten: python benchmarks/git_mining.py CORPUS [COMMITS].

The Markdown files of CORPUS become a repository in which paragraphs are rewritten (once, or in two steps), moved,
taken back, misspelt, split, wrapped anew and changed by a bot; files are renamed, and a word is replaced everywhere.
COMMITS (500 by default) is how many there are. Printed are commits a second, and how many of the rewritten paragraphs
were found (recall) and how many of the pairs are ones that were rewritten (precision).
"""

import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from typing import TYPE_CHECKING

from git_histories import AUTHOR, History
from styletune_training.corpus.source import GitOptions
from styletune_training.pairs.git_history import mine

from styletune.text.inline import prose
from styletune.text.tokens import UNSPACED_ONE, words

if TYPE_CHECKING:
    from collections.abc import Callable

_FEWEST_WORDS, _FEWEST_PLAIN = 12, 3
_BOT = "renovate[bot] <bot@renovateapp.com>"


@dataclass
class Blog:
    """Posts as paragraphs, and what was done to them."""

    posts: dict[str, list[str]]
    random: random.Random
    history: History = field(default_factory=History)
    truth: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """What was rewritten: path today and first wording, to the last one."""

    touched: set[str] = field(default_factory=set[str])
    """Paragraphs that something was done to; each is used once."""

    def commit(self, *paths: str, author: str = AUTHOR) -> None:
        """Commit the state of some posts."""
        self.history.commit({path: "\n\n".join(self.posts[path]) + "\n" for path in paths}, author=author)

    def fresh(self) -> tuple[str, int] | None:
        """Choose a paragraph that nothing was done to."""
        for _ in range(200):
            path = self.random.choice(sorted(self.posts))
            at = self.random.randrange(len(self.posts[path]))
            text = self.posts[path][at]
            if (
                text not in self.touched
                and text[:1].isalpha()
                and len(text.split()) > _FEWEST_WORDS
                and self._alone(text)
            ):
                self.touched.add(text)
                return path, at
        return None

    def put(self, path: str, at: int, text: str) -> str:
        """Change a paragraph and return what it was."""
        before, self.posts[path][at] = self.posts[path][at], text
        self.touched.add(text)
        return before

    def reworded(self, text: str, share: float) -> str:
        """Put some of the words in another order and replace others."""
        parts = text.split(" ")
        plain = [at for at, word in enumerate(parts) if word.isalpha() or UNSPACED_ONE.match(word)]
        chosen = self.random.sample(plain, max(2, int(share * len(plain)))) if len(plain) > _FEWEST_PLAIN else plain
        for at in chosen:
            parts[at] = self.random.choice(("rather", "quite", "simply", "such", "really", "mostly", "plainly"))
        return " ".join(parts)

    def _alone(self, text: str) -> bool:
        return sum(text in paragraphs for paragraphs in self.posts.values()) == 1


def rewrite(blog: Blog, path: str, at: int) -> None:
    """Rewrite a paragraph."""
    before = blog.put(path, at, blog.reworded(blog.posts[path][at], 0.25))
    blog.truth[path, before] = blog.posts[path][at]
    blog.commit(path)


def rewrite_twice(blog: Blog, path: str, at: int) -> None:
    """Rewrite a paragraph in two steps."""
    before = blog.put(path, at, blog.reworded(blog.posts[path][at], 0.15))
    blog.commit(path)
    blog.put(path, at, blog.reworded(blog.posts[path][at], 0.15))
    blog.truth[path, before] = blog.posts[path][at]
    blog.commit(path)


def take_back(blog: Blog, path: str, at: int) -> None:
    """Rewrite a paragraph, and revert that."""
    before = blog.put(path, at, blog.reworded(blog.posts[path][at], 0.3))
    blog.commit(path)
    blog.put(path, at, before)
    blog.commit(path)


def move(blog: Blog, path: str, at: int) -> None:
    """Put a paragraph somewhere else."""
    blog.posts[path].append(blog.posts[path].pop(at))
    blog.commit(path)


def misspell(blog: Blog, path: str, at: int) -> None:
    """Correct a letter."""
    parts = blog.posts[path][at].split(" ")
    place = max(range(len(parts)), key=lambda number: len(parts[number]) if parts[number].isalpha() else 0)
    parts[place] = parts[place][0] + parts[place][2] + parts[place][1] + parts[place][3:]
    blog.put(path, at, " ".join(parts))
    blog.commit(path)


def wrap(blog: Blog, path: str, at: int) -> None:
    """Break the lines anew."""
    parts = blog.posts[path][at].split()
    blog.put(path, at, "\n".join(" ".join(parts[start : start + 7]) for start in range(0, len(parts), 7)))
    blog.commit(path)


def by_bot(blog: Blog, path: str, at: int) -> None:
    """Let a bot change a paragraph."""
    blog.put(path, at, blog.reworded(blog.posts[path][at], 0.3))
    blog.commit(path, author=_BOT)


def rename(blog: Blog, path: str, _at: int) -> None:
    """Give a post another name."""
    new = f"{path.removesuffix('.md')}-{blog.random.randrange(10**6)}.md"
    blog.posts[new] = blog.posts.pop(path)
    blog.history.commit({}, moves={path: new})
    blog.truth = {(new if post == path else post, before): after for (post, before), after in blog.truth.items()}


def replace_everywhere(blog: Blog, _path: str, _at: int) -> None:
    """Replace a word in all paragraphs that nothing was done to; such a change is no rewriting."""
    for texts in blog.posts.values():
        for at, text in enumerate(texts):
            if text not in blog.touched and " the " in text:
                texts[at] = text.replace(" the ", " ye ", 1)
    blog.commit(*blog.posts)


KINDS = ((rewrite, 50), (rewrite_twice, 15), (take_back, 10), (move, 20), (misspell, 10), (wrap, 10), (by_bot, 10), (rename, 5), (replace_everywhere, 1))  # fmt: skip


def build(corpus: Path, commits: int) -> Blog:
    """Make the history."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(corpus.rglob("*.md"))}
    blog = Blog({name: text.split("\n\n") for name, text in texts.items() if "\n\n" in text}, random.Random(1))  # noqa: S311 - no secret
    blog.commit(*blog.posts)
    steps: list[Callable[[Blog, str, int], None]] = [
        kind for kind, count in KINDS[:-1] for _ in range(max(1, count * commits // 150))
    ]
    blog.random.shuffle(steps)
    steps.insert(len(steps) // 2, replace_everywhere)
    for step in steps:
        place = blog.fresh()
        if place is not None:
            step(blog, *place)
    return blog


def main() -> None:
    """Build, mine, compare."""
    corpus, commits = Path(sys.argv[1]), int((sys.argv[2:] or ["500"])[0])
    blog = build(corpus, commits)
    with tempfile.TemporaryDirectory() as folder:
        repository = blog.history.write(Path(folder) / "repo", bare=True)
        begin = time.perf_counter()
        found = mine(repository, GitOptions(), doc_name=str)
        seconds = time.perf_counter() - begin
    count = blog.history.count
    wanted = {(doc, _normal(before)): _normal(after) for (doc, before), after in blog.truth.items()}
    right = Counter[str]()
    for one in found.pairs:
        exact = wanted.get((one.pair.doc, _normal(one.pair.source))) == _normal(one.pair.target)
        right["exact" if exact else "wrong"] += 1
        if not exact:
            print("wrong:", one.place, "\n  -", one.pair.source[:160], "\n  +", one.pair.target[:160])
    print(f"{count} commits in {seconds:.1f} s, {count / seconds:.0f} a second")
    print(f"rewritten {len(wanted)}, pairs {len(found.pairs)}: precision {right['exact'] / max(len(found.pairs), 1):.3f}, "
          f"recall {right['exact'] / max(len(wanted), 1):.3f}")  # fmt: skip
    print("not taken:", dict(found.dropped))


def _normal(text: str) -> str:
    """Leave the words alone: a post's own addresses stand elsewhere in it."""
    return "".join(word for word in words(prose(re.sub(r"\]\[[^\]]*\]", "]", text))))


if __name__ == "__main__":
    main()
