"""Twenty drafts that are saved in random ways, and what their outputs have to say."""

import os
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from boats import answer, sentence
from editors import SAVERS

FOLDERS = {"posts": 8, "notes/2026": 7, "repo": 5}
"""Folders of drafts, and how many each holds; the last is a project of its own, under git."""

REPO = "repo"
KEPT = 3
"""Paragraphs of each draft that no save touches, so that what a person makes of them has to stand for ever."""

_LANGS = ("en", "en", "zh", "ja")
_REMARKS = {"en": " I have counted them {} times.", "zh": "我数了{}遍。", "ja": "私は{}回数えた。"}
_FENCE = "```python\nwhile True:\n    row()\n```"


@dataclass(slots=True)
class Post:
    """A draft, and what a person made of its output."""

    folder: str
    name: str
    lang: str
    blocks: list[str]
    kept: tuple[str, ...]
    edits: dict[str, str] = field(default_factory=dict[str, str])
    """Kept paragraphs to what a person made of them in the output."""

    there: bool = True
    saved: set[str] = field(default_factory=set[str])
    """All that the draft has said so far."""

    versions: set[str] = field(default_factory=set[str])
    """All that the output may have said so far, without edits."""

    @property
    def text(self) -> str:
        """The draft."""
        return "\n\n".join((f"# Number {self.name[:2]}", *self.blocks)) + "\n"

    @property
    def place(self) -> str:
        """The draft's path in the folder."""
        return f"{self.folder}/{self.name}.md"

    @property
    def output(self) -> str:
        """The output's path in the folder."""
        return f"{self.folder}/{self.name}.rewritten.md"

    @property
    def expected(self) -> str:
        """The output that belongs to the draft as it is now."""
        text = answer(self.text)
        for source, edited in self.edits.items():
            text = text.replace(answer(source), edited)
        return text

    def plain(self, output: str) -> str:
        """Undo a person's edits of an output."""
        for source, edited in self.edits.items():
            output = output.replace(edited, answer(source))
        return output


class Drafts:
    """A folder of drafts that are changed at random; whatever is saved is known."""

    def __init__(self, root: Path, chance: random.Random, *, git: bool) -> None:
        self.root = root
        self.chance = chance
        self.styles: Counter[str] = Counter()
        """How often each way of saving was used."""

        self.changes: Counter[str] = Counter()
        self.half_saved = 0
        """How often an output followed from half of a save."""

        self.posts = [
            self._post(folder, f"{number:02d} {'été' if number % 5 == 0 else 'a'}")
            for folder, start in zip(FOLDERS, (0, 8, 15), strict=True)
            for number in range(start, start + FOLDERS[folder])
        ]
        self._branches: dict[str, list[list[str]]] = {}
        self._branch = "main"
        (root / "styletune.toml").touch()
        for post in self.posts:
            self.write(post, "in_place")
        self.git = git and self._make_repository()

    def _post(self, folder: str, name: str) -> Post:
        lang = self.chance.choice(_LANGS)
        kept = tuple(sentence(self.chance, lang) for _ in range(KEPT))
        blocks = [*kept, *(self._block(lang) for _ in range(4)), _FENCE]
        self.chance.shuffle(blocks)
        return Post(folder, name, lang, blocks, kept)

    def _block(self, lang: str) -> str:
        one = sentence(self.chance, lang)
        return f"- {one}\n- {sentence(self.chance, lang)}" if self.chance.random() < 0.2 else one

    def write(self, post: Post, style: str) -> None:
        """Save a draft as it is."""
        path = self.root / post.place
        path.parent.mkdir(parents=True, exist_ok=True)
        post.saved.add(post.text)
        post.versions.add(answer(post.text))
        self.styles[style] += 1
        SAVERS[style](path, post.text)

    def save(self, posts: list[Post] | None = None) -> list[Post]:
        """Change a draft at random, or each of those given, and save it in a random style; return what was saved."""
        several = 6 if self.chance.random() < 0.04 else 1
        chosen = posts or self.chance.sample(self.posts, several)
        for post in chosen:
            change = self.chance.choice(self._possible(post))
            self.changes[change.__name__.strip("_")] += 1
            change(post)
        return chosen

    def _possible(self, post: Post) -> list[Callable[[Post], None]]:
        if not post.there:
            return [self._recreate]
        possible = [
            self._edit, self._edit, self._edit, self._insert, self._insert, self._delete, self._move, self._renew,
            self._nothing, self._remove,
        ]  # fmt: skip
        if post.folder != REPO and not post.edits:
            possible.append(self._rename)
        return possible

    def _free(self, post: Post) -> list[int]:
        return [index for index, block in enumerate(post.blocks) if block not in post.kept and block != _FENCE]

    def _style(self) -> str:
        return self.chance.choice(sorted(SAVERS))

    def _edit(self, post: Post) -> None:
        for index in self.chance.sample(self._free(post), min(len(self._free(post)), 1)):
            post.blocks[index] = self._block(post.lang)
        self.write(post, self._style())

    def _insert(self, post: Post) -> None:
        post.blocks.insert(self.chance.randrange(len(post.blocks) + 1), self._block(post.lang))
        self.write(post, self._style())

    def _delete(self, post: Post) -> None:
        free = self._free(post)
        if len(free) > 2:
            del post.blocks[self.chance.choice(free)]
        self.write(post, self._style())

    def _move(self, post: Post) -> None:
        block = post.blocks.pop(self.chance.randrange(len(post.blocks)))
        post.blocks.insert(self.chance.randrange(len(post.blocks) + 1), block)
        self.write(post, self._style())

    def _renew(self, post: Post) -> None:
        for index in self._free(post):
            post.blocks[index] = self._block(post.lang)
        self.write(post, self._style())

    def _nothing(self, post: Post) -> None:
        self.write(post, self._style())

    def _remove(self, post: Post) -> None:
        (self.root / post.place).unlink()
        post.there = False

    def _recreate(self, post: Post) -> None:
        post.there = True
        post.blocks.append(self._block(post.lang))
        self.write(post, self._style())

    def _rename(self, post: Post) -> None:
        before = self.root / post.place
        post.name = post.name.removesuffix(" anew") if post.name.endswith(" anew") else f"{post.name} anew"
        before.rename(self.root / post.place)
        self.styles["rename"] += 1

    def rename_folder(self, folder: str) -> Callable[[], None]:
        """Rename a folder of drafts; return what renames it back."""
        self.changes["rename folder"] += 1
        self.styles["rename"] += 1
        old, new = self.root / folder, self.root / f"{folder} elsewhere"
        old.rename(new)
        return lambda: _rename(new, old)

    def edit_output(self, post: Post) -> bool:
        """Edit a kept paragraph in an output as a person does; tell whether there was one to edit."""
        path = self.root / post.output
        left = [source for source in post.kept if source not in post.edits]
        text = path.read_text() if path.exists() else ""
        source = next((source for source in left if answer(source) in text), None)
        if source is None or not post.there:
            return False
        remark = _REMARKS[post.lang].format(self.chance.randrange(10**6, 10**7))
        SAVERS[self._style()](path, text.replace(answer(source), answer(source) + remark))
        post.edits[source] = answer(source) + remark
        return True

    def switch_branch(self) -> None:
        """Commit what is in the repository and go to its other branch."""
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", "Saved")
        posts = [post for post in self.posts if post.folder == REPO]
        self._branches[self._branch] = [list(post.blocks) if post.there else [] for post in posts]
        other = "draft" if self._branch == "main" else "main"
        new = other not in self._branches
        self._git("checkout", "-q", *(["-b"] if new else []), other)
        self._branch = other
        for post, blocks in zip(posts, [] if new else self._branches[other], strict=not new):
            post.there = bool(blocks)
            post.blocks = list(blocks) or post.blocks
        self.changes["switch branch"] += 1

    def _make_repository(self) -> bool:
        """Put the last folder under git, where git is installed."""
        try:
            self._git("init", "-q", "-b", "main")
        except FileNotFoundError:
            return False
        (self.root / REPO / "styletune.toml").touch()
        (self.root / REPO / ".gitignore").write_text(".styletune/\n*.rewritten.md\n*~\n.dropbox.cache/\n")
        return True

    def _git(self, *arguments: str) -> None:
        nobody = {f"GIT_{role}_{what}": "x@y" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = {**os.environ, **nobody, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *arguments], cwd=self.root / REPO, env=environment, check=True, capture_output=True)


def _rename(old: Path, new: Path) -> None:
    old.rename(new)
