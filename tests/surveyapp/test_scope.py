"""Nobody sees or changes what lies outside their part of the organisation, whatever is asked."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    mapped_column,
    selectinload,
    subqueryload,
)

from questionnaires import Text
from surveyapp import db, scope
from surveyapp.db import Base, Database, upgrade
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Person, Posting, Team, TeamMember, Unit
from surveyapp.scope import (
    EVERYONE,
    EVERYTHING,
    OutOfScope,
    Scope,
    Unfiltered,
    limit,
    undeclared,
    ways_of,
)
from surveyapp.statements import Statement
from tests.surveyapp.conftest import new_postgresql
from tests.test_imports import FEATURES, ROOT, modules


@pytest.fixture(autouse=True, scope="module")
def _all_models() -> None:
    for feature in (
        "organisation",
        "accounts",
        "design",
        "fieldwork",
        "interviews",
        "respond",
        "mail",
    ):
        importlib.import_module(f"surveyapp.{feature}.models")


@dataclass
class Land:
    """Two counties under a city, a township and a person in each, one person in both."""

    database: Database
    a: str
    b: str

    def seen_from(self, *tops: str | None) -> Session:
        """A session of somebody who holds what they need in these subtrees."""
        return self.database.session(Scope.of(tops))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def land(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Land]:
    """Made once: no test commits anything."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('land') / 'land.sqlite'}")
        upgrade(database.engine)
    else:
        database = new_postgresql(request.getfixturevalue("postgresql_server"))
    with database.transaction() as session:
        city = organisation.add_unit(session, code="city", name=_name("city"), kind="city")
        tops = {}
        for code in ("a", "b"):
            top = organisation.add_unit(
                session, code=code, name=_name(code), kind="county", parent=city
            )
            below = organisation.add_unit(
                session, code=f"{code}1", name=_name(code), kind="township", parent=top
            )
            person = organisation.add_person(
                session, code=f"p{code}", name=_name(code), home=below, host=top
            )
            organisation.add_team(session, code=f"t{code}", name=_name(code), members=[person])
            tops[code] = top
        organisation.add_person(
            session, code="both", name=_name("both"), home=tops["a"], host=tops["b"]
        )
    yield Land(database, tops["a"].path, tops["b"].path)
    database.dispose()


def _name(text: str) -> Text:
    return Text({"zh": text, "en": text})


Other = aliased(Unit)
_SUBQUERY = select(Unit).subquery()
_CTE = select(Unit.code).cte()
CODES = ("city", "a", "a1", "b", "b1")

#: What may be asked -> the codes of the units that it gives away.
FORMS: dict[str, Callable[[Session], Iterable[str]]] = {
    "entities": lambda s: [unit.code for unit in s.scalars(select(Unit))],
    "columns": lambda s: s.scalars(select(Unit.code)),
    "an alias": lambda s: s.scalars(select(Other.code)),
    "a subquery": lambda s: s.scalars(select(_SUBQUERY.c.code)),
    "a common table expression": lambda s: s.scalars(select(_CTE.c.code)),
    "an aliased subquery": lambda s: s.scalars(select(aliased(Unit, _SUBQUERY).code)),
    "a count": lambda s: _counted(s, select(func.count(Unit.id)).where(Unit.code == _CODE)),
    "a count from": lambda s: _counted(
        s, select(func.count()).select_from(Unit).where(Unit.code == _CODE)
    ),
    "a count in a column": lambda s: _counted(
        s, select(select(func.count(Unit.id)).where(Unit.code == _CODE).scalar_subquery())
    ),
    "existence": lambda s: _counted(s, select(exists(select(Unit.id).where(Unit.code == _CODE)))),
    "a union": lambda s: s.scalars(select(Unit.code).union(select(Other.code))),
    "the old query": lambda s: [unit.code for unit in s.query(Unit)],
    "one by one": lambda s: [
        unit.code for number in range(1, 20) if (unit := s.get(Unit, number)) is not None
    ],
    "membership": lambda s: s.scalars(select(Unit.code).where(Unit.id.in_(select(Other.id)))),
    "existence beside": lambda s: s.scalars(
        select(Unit.code).where(exists().where(Other.id == Unit.id))
    ),
    "a join": lambda s: _both(s, select(Unit.code, Other.code).join(Other, true())),
    "an outer join": lambda s: _both(s, select(Unit.code, Other.code).outerjoin(Other, true())),
    "a join of classes": lambda s: s.scalars(
        select(Unit.code).outerjoin(Posting, Posting.unit_id == Unit.id)
    ),
    "changed rows": lambda s: s.scalars(update(Unit).values(position=7).returning(Unit.code)),
    "removed rows": lambda s: [*_removed(s, "township"), *_removed(s, "county"), *_removed(s, "")],
}
_CODE = bindparam("code")


def _counted(session: Session, question: Any) -> list[str]:
    return [code for code in CODES if session.scalar(question, {"code": code})]


def _both(session: Session, question: Any) -> set[str]:
    return {code for row in session.execute(question) for code in row}


def _removed(session: Session, kind: str) -> list[str]:
    session.execute(delete(TeamMember))
    session.execute(delete(Posting))
    rows = delete(Unit).where(Unit.kind == kind if kind else true())
    return list(session.scalars(rows.returning(Unit.code)))


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_asked_shows_the_own_subtrees_only(land: Land, form: str) -> None:
    ask = FORMS[form]
    for tops, codes in (
        ([land.a], {"a", "a1"}),
        ([land.b], {"b", "b1"}),
        ([land.a, land.b], {"a", "a1", "b", "b1"}),
        ([], set()),
        ([None], set(CODES)),  # the control
    ):
        with land.seen_from(*tops) as session:
            assert set(ask(session)) == codes, tops


@pytest.mark.parametrize(
    ("entity", "codes"), [(Person, ["both", "pa"]), (Team, ["ta"]), (Unit, ["a", "a1"])]
)
def test_what_hangs_on_units_goes_with_them(
    land: Land, entity: type[Person], codes: list[str]
) -> None:
    with land.seen_from(land.a) as session:
        assert sorted(session.scalars(select(entity.code))) == codes
        assert sorted(session.scalars(select(aliased(entity).code))) == codes
        joined = select(entity.code, Posting.id).join(Posting, literal(True))
        assert {code for code, _ in session.execute(joined)} == set(codes)
    with land.seen_from(None) as session:
        assert len(session.scalars(select(entity.code)).all()) > len(codes), "control"


@pytest.mark.parametrize("load", [None, selectinload, subqueryload])
def test_a_relationship_does_not_lead_outside(land: Land, load: Any) -> None:
    query = select(Unit).where(Unit.code == "a")
    query = query.options(load(Unit.parent)) if load else query
    with land.seen_from(land.a) as session:
        assert session.scalars(query).one().parent is None
    with land.seen_from(None) as session:
        assert session.scalars(query).one().parent is not None, "control"


@pytest.mark.parametrize(
    "statement",
    [text("SELECT code FROM unit"), select(Unit.__table__), select(Unit.__table__.c.code)],
    ids=["text", "table", "column of a table"],
)
def test_what_cannot_be_filtered_is_refused(land: Land, statement: Any) -> None:
    with land.seen_from(land.a) as session, pytest.raises(Unfiltered):
        session.execute(statement)
    with land.seen_from(None) as session:
        assert len(session.execute(statement).all()) == 5, "control"


def test_what_goes_straight_to_the_driver_is_for_those_who_see_everything(land: Land) -> None:
    units = Statement(select(Unit.code))
    with land.seen_from(land.a) as session, pytest.raises(Unfiltered):
        units.rows(session)
    with land.seen_from(None) as session:
        assert len(units.rows(session)) == 5, "control"


def test_a_page_gets_a_bare_connection_only_where_it_may_see_everything(demo_app: Flask) -> None:
    with demo_app.app_context():
        with pytest.raises(Unfiltered), db.scoped(Scope.of(["/1/"])):
            db.link()
        with pytest.raises(Unfiltered):
            db.link()
        with db.unscoped():
            assert db.link().scalar(select(Unit.code)), "control"


def test_a_statement_without_tables_is_let_through(land: Land) -> None:
    with land.seen_from(land.a) as session:
        assert session.scalar(select(literal(1))) == 1


def _add(session: Session, parent_id: int | None) -> None:
    session.add(
        Unit(
            code="n",
            path="/9/",
            parent_id=parent_id,
            kind="x",
            category="",
            position=0,
            name=_name("n"),
        )
    )
    session.flush()


def _post(session: Session, unit_id: int) -> None:
    person = session.scalars(select(Person.id)).first()
    session.add(Posting(person_id=person, unit_id=unit_id, line="home", role=""))
    session.flush()


def _post_many(session: Session, unit_id: int) -> None:
    person = session.scalars(select(Person.id)).first()
    row = {"person_id": person, "unit_id": unit_id, "line": "home", "role": ""}
    session.execute(insert(Posting), [row])


def _move(session: Session, unit_id: int) -> None:
    session.scalars(select(Unit).where(Unit.kind == "township")).one().parent_id = unit_id
    session.flush()


def _move_posting(session: Session, unit_id: int) -> None:
    session.scalars(select(Posting)).first().unit_id = unit_id  # type: ignore[union-attr]
    session.flush()


@pytest.mark.parametrize("write", [_add, _post, _post_many, _move, _move_posting])
def test_nothing_is_written_outside(land: Land, write: Callable[[Session, int], None]) -> None:
    top_a, top_b = (int(path.strip("/").split("/")[-1]) for path in (land.a, land.b))
    for outside in (top_b, 1, 999):
        with land.seen_from(land.a) as session, pytest.raises(OutOfScope):
            write(session, outside)
    with land.seen_from(land.a) as session:
        write(session, top_a)


def test_a_new_root_is_for_those_who_see_everything(land: Land) -> None:
    with land.seen_from(land.a) as session, pytest.raises(OutOfScope):
        _add(session, None)
    with land.seen_from(None) as session:
        _add(session, None)


def test_a_bulk_insert_that_does_not_say_where_is_refused(land: Land) -> None:
    with land.seen_from(land.a) as session, pytest.raises(Unfiltered):
        session.execute(insert(Posting).values(person_id=1, unit_id=1, line="home", role=""))


def test_subtrees_inside_others_add_nothing() -> None:
    assert Scope.of(["/1/2/", "/1/", "/3/"]).paths == ("/1/", "/3/")
    assert Scope.of(["/1/", None]) == EVERYTHING
    assert not Scope.of([])
    assert not Scope.of(["/1/"]).covers("/11/")
    assert not Scope.of(["/1/"]).covers(None)
    assert EVERYTHING.covers(None)


def test_every_table_says_how_it_hangs_on_units() -> None:
    assert undeclared(Base.registry) == []


def test_control_a_table_that_says_nothing_is_found_and_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Other(DeclarativeBase):
        pass

    class Forgotten(Other):
        __tablename__ = "forgotten"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert undeclared(Other.registry) == ["Forgotten"]
    monkeypatch.setattr(scope, "WATCHED", [*scope.WATCHED, Other.registry])
    database = Database("sqlite://")
    with database.session() as session:
        Other.metadata.create_all(session.connection())
        session.add(Forgotten())
        session.flush()
        assert session.scalars(select(Forgotten)).all(), "control"
        limit(session, Scope.of(["/1/"]))
        assert session.scalars(select(Forgotten)).all() == []


#: Tables that refer to units and are seen by all, each with its reason.
SEEN_BY_ALL: dict[str, str] = {}


def _leads_to_units(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    targets = {key.column.table for key in table.foreign_keys} - {table}
    return table.name == "unit" or any(
        _leads_to_units(target, seen | {table.name})
        for target in targets
        if target.name not in seen
    )


def test_no_table_that_refers_to_units_is_open_to_all() -> None:
    open_to_all = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if ways_of(mapper) == EVERYONE and _leads_to_units(mapper.local_table)  # type: ignore[arg-type]
    }
    assert open_to_all == set(SEEN_BY_ALL)
    assert _leads_to_units(Base.metadata.tables["response"]), "control"


# What SQLAlchemy cannot filter must not be written in the features at all: not everything that
# goes past the session can be caught while it runs.
FORBIDDEN = {"__table__", "local_table", "exec_driver_sql", "connection", "connect", "engine"}
#: A joined load of a relationship of a class with itself goes past the filter.
FORBIDDEN_NAMES = {"text", "Table", "table", "joinedload"}
#: Tables are described with these.
DESCRIBE = ("models", "guards")


def unfilterable(source: str) -> Iterator[str]:
    """What in this code asks the database in a way that cannot be filtered."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN:
            yield f"{node.lineno}: .{node.attr}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            names = {alias.name for alias in node.names}
            yield from (f"{node.lineno}: {name}" for name in names & FORBIDDEN_NAMES)


def test_the_features_ask_only_what_can_be_filtered() -> None:
    found = [
        f"{module}:{what}"
        for module, source in modules()
        if module.split(".")[1:2] and module.split(".")[1] in FEATURES
        if module.split(".")[-1] not in DESCRIBE
        for what in unfilterable(source)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "select(Unit.__table__)",
        "from sqlalchemy import text",
        "session.connection().execute(x)",
        "db.database().engine.connect()",
        "from sqlalchemy.sql import text",
        "from sqlalchemy.orm import Session, joinedload",
    ],
)
def test_control_what_cannot_be_filtered_is_found(source: str) -> None:
    assert list(unfilterable(source))


#: Where everything is seen within a request, and why.
UNSCOPED = {
    "surveyapp.accounts.forgotten": "who somebody is comes before what they may see",
    "surveyapp.accounts.sign_in": "who somebody is comes before what they may see",
    "surveyapp.accounts.signing_in": "who somebody is comes before what they may see",
    "surveyapp.accounts.my_account": "one's own account, wherever it has its roles",
    "surveyapp.accounts.administration": "what an account holds elsewhere decides who may touch it",
    "surveyapp.fieldwork.timekeeping": "the clock opens and closes every round",
    "surveyapp.fieldwork.visits": "a team may know where it goes",
    "surveyapp.interviews.blueprint": "a team may know where it goes",
    "surveyapp.interviews.visit_pages": "a team may know who else goes where it goes",
    "surveyapp.accounts.oidc": "who somebody is comes before what they may see",
}
#: Where the database is opened past the request's sessions, which see everything, and why.
STRAIGHT = {
    "surveyapp.db": "the ground itself",
    "surveyapp.app": "gives the application its database",
    "surveyapp.cli.store": "commands are typed by whoever runs the machine",
    "surveyapp.demo.build": "the demonstration is made at the command line",
}


def _calls(source: str, *names: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", None)) in names
        for node in ast.walk(ast.parse(source))
    )


def test_seeing_everything_is_said_in_these_places_only() -> None:
    found = {module for module, source in modules() if _calls(source, "unscoped", "scoped")}
    ground = {"surveyapp.db", "surveyapp.accounts.guard"}
    assert found - ground == set(UNSCOPED)
    assert _calls("with db.unscoped(): ...", "unscoped"), "control"


def test_the_database_is_opened_past_the_request_in_these_places_only() -> None:
    found = {module for module, source in modules() if _calls(source, "Database", "database")}
    assert found == set(STRAIGHT)
    assert _calls("db.database().session()", "database"), "control"


def test_the_features_are_where_this_test_looks() -> None:
    assert {path.parent.name for path in Path(ROOT / "surveyapp").glob("*/models.py")} <= {
        *FEATURES,
        "mail",
    }
