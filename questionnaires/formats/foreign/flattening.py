"""Groups within groups -> sections, which do not nest."""

from __future__ import annotations

from dataclasses import dataclass, field

from questionnaires.formats.foreign.draft import Draft, Formula, Group, Question
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.report import Report
from questionnaires.text import Text


@dataclass(slots=True)
class Block:
    """What becomes one section."""

    name: str
    where: str
    title: Text | None
    intro: Text | None
    relevant: list[Formula]
    repeat: dict[str, int] | None
    count: Formula | None = None
    random_order: bool = False
    fixed: bool = False
    questions: list[Question] = field(default_factory=list)


def blocks(draft: Draft, report: Report) -> list[Block]:
    """Return the sections of a form, in the order shown."""
    walk = _Walk(report)
    for group in draft.groups:
        walk.group(group, [], None, 0)
    return [block for block in walk.blocks if block.questions]


class _Walk:
    def __init__(self, report: Report) -> None:
        self._report = report
        self.blocks: list[Block] = []
        self._intros: list[Text] = []

    def group(self, group: Group, outer: list[Formula], above: Text | None, depth: int) -> None:
        """Make a section of a group, and sections of the groups in it.

        ``above`` holds the titles of the groups around it that have no section of their own.
        """
        if not group.parts:
            self._report.lose("group_empty", group.where, name=group.name)
            return
        conditions = [*outer, *group.relevant]
        title = joined(above, group.title) if above and group.title else group.title or above
        if group.intro:
            self._intros.append(group.intro)
        if depth and group.title and not group.repeat:
            self._report.lose("group_flattened", group.where, name=group.name)
        beneath = None if _asks(group) else title
        block: Block | None = None
        for part in group.parts:
            block = self._part(part, group, conditions, title, beneath, block, depth)

    def _part(
        self,
        part: Group | Question,
        group: Group,
        conditions: list[Formula],
        title: Text | None,
        beneath: Text | None,
        block: Block | None,
        depth: int,
    ) -> Block | None:
        if isinstance(part, Question):
            block = block or self._block(group, conditions, title)
            block.questions.append(part)
            return block
        if part.repeat and group.repeat:
            self._report.lose("repeat_within_repeat", part.where, name=part.name)
        if part.title is None and part.repeat is None:
            return self._layout(part, group, conditions, title, beneath, block, depth)
        self.group(part, conditions, beneath, depth + 1)
        return None

    def _layout(
        self,
        layout: Group,
        group: Group,
        conditions: list[Formula],
        title: Text | None,
        beneath: Text | None,
        block: Block | None,
        depth: int,
    ) -> Block | None:
        """Put the questions of a group without a title among those around it."""
        for part in layout.parts:
            if isinstance(part, Question):
                part.relevant = [*layout.relevant, *part.relevant]
                block = self._part(part, group, conditions, title, beneath, block, depth)
            elif part.title is None and part.repeat is None:
                part.relevant = [*layout.relevant, *part.relevant]
                block = self._layout(part, group, conditions, title, beneath, block, depth + 1)
            else:
                inner = [*conditions, *layout.relevant]
                self._part(part, group, inner, title, beneath, None, depth)
                block = None
        return block

    def _block(self, group: Group, conditions: list[Formula], title: Text | None) -> Block:
        intro: Text | None = None
        for words in self._intros:
            intro = joined(intro, words, "\n\n") if intro else words
        self._intros = []
        block = Block(group.name, group.where, title, intro, conditions, group.repeat)
        block.count, block.fixed = group.count, group.fixed
        block.random_order = group.random_order
        self.blocks.append(block)
        return block


def _asks(group: Group) -> bool:
    """Say whether a group has questions that no titled group within it takes."""
    return any(
        isinstance(part, Question) or (part.title is None and not part.repeat and _asks(part))
        for part in group.parts
    )
