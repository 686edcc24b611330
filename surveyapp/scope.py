"""Which part of the organisation a session sees: applied here, to every query and every write.

A session carries a ``Scope``: the subtrees of units that it may see and change. Every mapped class
says in ``__scope__`` how its rows hang on a unit, and from that one line follow a condition that is
added to each ORM query and a check of each row that is written. What is outside is not there: a
query does not find it, and writing there raises ``OutOfScope``. A class that says nothing is seen
by nobody but those who see everything.

Core selects on tables and ``text()`` cannot be filtered, so a session with a limited scope refuses
them, and a test keeps them out of the features.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Table,
    and_,
    bindparam,
    event,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapper, Session, object_session, registry
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.session import ORMExecuteState
from sqlalchemy.orm.util import LoaderCriteriaOption

_SCOPE = "scope"
_ALLOWED = "scope_allowed"


#: The registries whose classes are filtered.
WATCHED: list[registry] = []


class OutOfScope(LookupError):
    """A row was about to be written under a unit that this session does not see."""


class Unfiltered(RuntimeError):
    """A statement that cannot be filtered, in a session that does not see everything."""


@dataclass(frozen=True)
class Scope:
    """Subtrees of the organisation, by the paths of their top units. None: everything."""

    paths: tuple[str, ...] | None

    @classmethod
    def of(cls, tops: Iterable[str | None]) -> Scope:
        """Return the subtrees below ``tops``; a top of None is everything."""
        found: list[str] = []
        for path in sorted(tops, key=lambda top: top or ""):
            if path is None:
                return EVERYTHING
            if not path.startswith(tuple(found)):
                found.append(path)
        return cls(tuple(found))

    def covers(self, path: str | None) -> bool:
        """Say whether a unit with this path lies inside; a path of None stands for everything."""
        if self.paths is None:
            return True
        return path is not None and path.startswith(self.paths)

    def __bool__(self) -> bool:
        return self.paths != ()


EVERYTHING = Scope(None)
NOTHING = Scope(())


@dataclass(frozen=True)
class Tree:
    """The row is itself a unit; ``column`` holds its parent, below which alone it is written."""

    column: str
    guards: ClassVar[bool] = True


@dataclass(frozen=True)
class By:
    """The row belongs where the row belongs that ``column`` (a foreign key) refers to.

    With ``guards`` it can be written only there.
    """

    column: str
    guards: bool = True


@dataclass(frozen=True)
class Through:
    """Whoever sees a row that points here from ``column`` ("table.column") sees this one too."""

    column: str
    guards: ClassVar[bool] = False


Way = Tree | By | Through
_Bounds = list[tuple[BindParameter[str], BindParameter[str]]]
#: The ``__scope__`` of rows that belong to no unit: every session sees them.
EVERYONE: tuple[Way, ...] = ()


class Declares:
    """What a mapped class declares: its ways to a unit, any of which makes a row visible."""

    __scope__: ClassVar[tuple[Way, ...]]


def limit(session: Session, scope: Scope) -> None:
    """Let ``session`` see and change nothing but ``scope``."""
    session.info[_SCOPE] = scope


def scope_of(session: Session) -> Scope:
    """Return what ``session`` may see."""
    found: Scope = session.info.get(_SCOPE, EVERYTHING)
    return found


@event.listens_for(Session, "do_orm_execute")
def _restrict(state: ORMExecuteState) -> None:
    """Add the conditions of the session's scope to a statement."""
    scope = scope_of(state.session)
    if scope.paths is None or state.is_column_load:
        return
    if not state.is_orm_statement:
        if not (isinstance(state.statement, Select) and not state.statement.get_final_froms()):
            raise Unfiltered(type(state.statement).__name__)
    elif state.is_insert:
        _check_bulk_insert(state)
    else:
        # All classes at once: a statement may name any of them in a subquery.
        classes = frozenset(mapper for of in WATCHED for mapper in of.mappers)
        state.statement = state.statement.options(_inside(scope, classes))


class _Condition(LoaderCriteriaOption):
    """``with_loader_criteria`` that holds for an alias joined by a plain ON clause too."""

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        condition = super()._resolve_where_criteria(ext_info)
        if ext_info.is_aliased_class:
            condition = ext_info._adapt_element(condition)
        return condition


class _Inside(CriteriaOption):
    """The conditions of all classes as one option.

    Two scopes with the same number of subtrees differ in bound values only, so they share one
    compiled statement; as one option the key it is found by costs next to nothing.
    """

    propagate_to_loaders = True

    def __init__(self, conditions: list[_Condition], bounds: _Bounds) -> None:
        self.conditions = conditions
        self.bounds = bounds

    def _gen_cache_key(self, _anon_map: Any, bindparams: list[BindParameter[Any]]) -> Any:
        bindparams.extend(bound for pair in self.bounds for bound in pair)
        return (_Inside, len(self.bounds), len(self.conditions))

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(
        self, compile_state: Any, _mapper_entities: Any
    ) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for condition in self.conditions:
            condition.get_global_criteria(attributes)


@lru_cache(maxsize=1024)
def _inside(scope: Scope, mappers: frozenset[Mapper[Any]]) -> _Inside:
    bounds = _bounds(scope)
    conditions = []
    for mapper in mappers:
        ways = ways_of(mapper)
        if ways != EVERYONE:
            seen = false() if ways is None else _seen(mapper, mapper.local_table, bounds)
            conditions.append(_Condition(mapper.class_, seen, include_aliases=True))
    return _Inside(conditions, bounds)


def _bounds(scope: Scope) -> _Bounds:
    """Return the first and the last path of each subtree, as values of a statement.

    A range, not LIKE: it uses the index ("0" follows "/").
    """
    paths = scope.paths or ()
    return [(_value(path), _value(path[:-1] + "0")) for path in paths]


def _value(path: str) -> BindParameter[str]:
    return bindparam(None, path, type_=String(), unique=True)


def ways_of(mapper: Mapper[Any]) -> tuple[Way, ...] | None:
    """Return what a class declares; None when it forgot to."""
    return getattr(mapper.class_, "__scope__", None)


def _seen(mapper: Mapper[Any], table: FromClause, bounds: _Bounds) -> ColumnElement[bool]:
    """Return the condition that a row of ``table`` (the mapper's, or an alias of it) is inside."""
    ways = ways_of(mapper) or ()
    return or_(false(), *(_along(way, mapper, table, bounds) for way in ways))


def _along(
    way: Way, mapper: Mapper[Any], table: FromClause, bounds: _Bounds
) -> ColumnElement[bool]:
    if isinstance(way, Tree):
        path = table.c.path
        return or_(false(), *(and_(path >= first, path < last) for first, last in bounds))
    if isinstance(way, By):
        target, key = _referred(mapper, _column(mapper, way.column))
        row = target.local_table.alias()
        return table.c[way.column].in_(select(row.c[key]).where(_seen(target, row, bounds)))
    name, _, column = way.column.partition(".")
    pointing = next(one for one in mapper.registry.mappers if _table(one).name == name)
    row = pointing.local_table.alias()
    [here] = _column(pointing, column).foreign_keys
    inside = select(row.c[column]).where(_seen(pointing, row, bounds))
    return table.c[here.column.name].in_(inside)


def _table(mapper: Mapper[Any]) -> Table:
    assert isinstance(mapper.local_table, Table)
    return mapper.local_table


def _column(mapper: Mapper[Any], name: str) -> Column[Any]:
    found = mapper.local_table.c[name]
    assert isinstance(found, Column)
    return found


def _referred(mapper: Mapper[Any], column: Column[Any]) -> tuple[Mapper[Any], str]:
    """Return the mapper and the column that a foreign key refers to."""
    [key] = column.foreign_keys
    target = next(m for m in mapper.registry.mappers if m.local_table is key.column.table)
    return target, key.column.name


@event.listens_for(Mapper, "before_insert")
@event.listens_for(Mapper, "before_update")
def _check_row(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    """Refuse a row that hangs on something outside the scope of its session."""
    session = object_session(row)
    if session is None or scope_of(session).paths is None:
        return
    for column in _hangs_on(mapper):
        value = getattr(row, mapper.get_property_by_column(column).key)
        _allow(session, connection, mapper, column, value)


def _check_bulk_insert(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    assert mapper is not None
    given: Any = state.parameters or {}
    rows: list[dict[str, Any]] = [given] if isinstance(given, dict) else list(given)
    for column in _hangs_on(mapper):
        if any(column.name not in row for row in rows):
            raise Unfiltered(f"insert without {column}")
        for value in {row[column.name] for row in rows}:
            _allow(state.session, state.session.connection(), mapper, column, value)


def _hangs_on(mapper: Mapper[Any]) -> list[Column[Any]]:
    ways = ways_of(mapper) or ()
    return [_column(mapper, way.column) for way in ways if way.guards]


def _allow(
    session: Session, connection: Connection, mapper: Mapper[Any], column: Column[Any], value: Any
) -> None:
    """Raise OutOfScope unless ``value`` refers to something inside. Asked once per session."""
    allowed: set[tuple[Column[Any], Any]] = session.info.setdefault(_ALLOWED, set())
    if (column, value) in allowed:
        return
    target, key = _referred(mapper, column)
    row = target.local_table.alias()
    inside = select(row.c[key]).where(
        row.c[key] == value, _seen(target, row, _bounds(scope_of(session)))
    )
    if connection.execute(inside).first() is None:
        raise OutOfScope(str(column))
    allowed.add((column, value))


def undeclared(of: registry) -> list[str]:
    """Return the mapped classes that do not say how they hang on a unit."""
    return sorted(mapper.class_.__name__ for mapper in of.mappers if ways_of(mapper) is None)
