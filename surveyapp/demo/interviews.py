"""Interviews of the demonstration: a round with an outline, and what two talks brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from questionnaires import Questionnaire, Text, library
from surveyapp.clock import Moment
from surveyapp.config import Config
from surveyapp.design.operations import publish
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork import publishing
from surveyapp.fieldwork.assignments import assign
from surveyapp.fieldwork.models import Round
from surveyapp.interviews import operations
from surveyapp.interviews.models import Interview
from surveyapp.interviews.operations import Change, notes_seal
from surveyapp.interviews.outline import NOTHING, Entry, digest
from surveyapp.mail.sealing import Seal
from surveyapp.organisation.models import Team, Unit

SLUG = "interviews-2026"
TITLE = Text({"zh": "2026年个别访谈", "en": "Interviews 2026"})
_OUTLINE = "interview-outline-15"
_ROLES = ("班子成员", "中层干部", "一般干部")
#: People to be talked with in each unit, by role.
_EXPECTED = 2

#: (topic, coding, note) of the first talk: everything is covered, one tag because it was declined.
_COMPLETE = (
    ("t01", "none", "分工年初调整过，各项工作都有人负责。"),
    ("t02", "none", "最近一次是道路改造，先开了村民代表会，再上班子会。"),
    ("t03", "none", "每周一碰头，有分歧先沟通再上会。"),
    ("t04", "minor", "窗口岗位缺一人，赶集日忙不过来。"),
    ("t05", "none", "汛期时按片包干，领导带班。"),
    ("t06", "none", "大家对服务态度评价较好，是从回访电话里了解到的。"),
    ("t07", "minor", "农田水利项目进度偏慢，材料到货晚。"),
    ("t08", "none", "制度比较全，重在执行。"),
    ("t09", "none", "请假按规定报备。"),
    ("t10", "minor", "报表多，同一数据要填好几遍。"),
    ("t11", "none", "项目和采购在公示栏和网上同时公开。"),
    ("t12", "none", "适应较快，还想多学一点政策。"),
    ("t13", "declined", ""),
    ("t14", "major", "年轻人少，新系统没有人会用。"),
    ("t15", "none", "希望减少重复报送。"),
)
#: The second talk is not over: one tag is still missing.
_BEGUN = tuple(line for line in _COMPLETE if line[0] not in ("t13", "t14", "t15"))


@dataclass(frozen=True)
class _Talk:
    role: str
    day: int
    notes: tuple[tuple[str, str, str], ...]
    closed: bool


_TALKS = (
    _Talk(_ROLES[0], 3, _COMPLETE, closed=True),
    _Talk(_ROLES[1], 2, _COMPLETE, closed=True),
    _Talk(_ROLES[2], 1, _BEGUN, closed=False),
)


def hold(
    session: Session,
    config: Config,
    holder: Unit,
    visits: list[tuple[Team, Unit]],
    today: date,
    opening: Moment,
    closing: Moment,
) -> None:
    """Field the outline in the units that teams visit, with a few records of the first visit."""
    outline = library.get(_OUTLINE)
    of = _open(session, outline, holder, visits, opening, closing)
    for index, (team, unit) in enumerate(visits):
        assign(session, of, team, unit, "interview", today + timedelta(days=index % 9 - 2))
    seal = notes_seal(config.secret_key())
    for talk in _TALKS:
        _talk(session, of, outline, visits[0], talk, today, seal)


def _open(
    session: Session,
    outline: Questionnaire,
    holder: Unit,
    visits: list[tuple[Team, Unit]],
    opening: Moment,
    closing: Moment,
) -> Round:
    drafted = fieldwork.draft_round(
        session,
        slug=SLUG,
        title=TITLE,
        version_hash=publish(session, outline, opening.day).hash,
        holder=holder,
        decisions=fieldwork.Decisions(
            mode="confidential",
            min_group=outline.anonymity.min_group,
            languages=outline.languages,
        ),
        opens_at=opening.utc,
        closes_at=closing.utc,
        zone=opening.zone,
        synthetic=True,
    )
    plans = [fieldwork.GroupPlan(u.id, role, _EXPECTED) for _team, u in visits for role in _ROLES]
    fieldwork.set_audience(session, drafted, plans)
    secret = ""  # nobody is invited by a link
    publishing.publish(session, drafted, outline, secret, opening)
    return drafted


def _talk(
    session: Session,
    of: Round,
    outline: Questionnaire,
    visit: tuple[Team, Unit],
    talk: _Talk,
    today: date,
    seal: Seal,
) -> Interview:
    team, unit = visit
    held_on = today - timedelta(days=talk.day)
    made = operations.add_record(
        session, of, team, unit, language="zh", held_on=held_on, role=talk.role
    )
    changes = [
        Change(item, Entry(note, level), NOTHING.revision) for item, level, note in talk.notes
    ]
    operations.save(session, made.key, changes, seal)
    if talk.closed:
        seen = digest(operations.entries(session, made.key, seal))
        operations.confirm(session, made.key, seen, "", seal)
        operations.close(session, made.key, of, outline, seal)
    return made
