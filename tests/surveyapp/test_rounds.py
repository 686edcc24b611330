"""The life of a round: what is frozen, who opens and closes it, what each mode keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from surveyapp import clock
from surveyapp.clock import Moment
from surveyapp.db import Database
from surveyapp.fieldwork import errors, progress, publishing
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Addressee, Invitation
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Unit
from surveyapp.respond import changing, storing
from surveyapp.respond import errors as refusals
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Authorship, Response
from tests.queries import statements
from tests.surveyapp.fielding import (
    DEFINITION,
    SECRET,
    TODAY,
    Hall,
    a_draft,
    a_round,
    a_unit,
    midnight,
    noon,
    people_in,
    submission,
)

YESTERDAY = TODAY - timedelta(days=1)
NEXT_MONTH = TODAY + timedelta(days=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest) -> Database:
    """An empty database of either kind."""
    name = "database" if request.param == "sqlite" else "postgresql"
    found: Database = request.getfixturevalue(name)
    return found


CONFIDENTIAL = DEFINITION + "anonymity: {mode: confidential}\n"


class TestLife:
    def test_draft_published_open_closed(self, session: Session) -> None:
        of = a_draft(session, {a_unit(session, "a"): 5}, opens_at=None, closes_at=None)
        seen = [of.state]
        publishing.publish(session, of, questionnaires.load(DEFINITION), SECRET, noon())
        seen.append(of.state)
        fieldwork.open_round(session, of, noon())
        seen.append(of.state)
        fieldwork.close_round(session, of, noon(NEXT_MONTH))
        assert [*seen, of.state] == ["draft", "published", "open", "closed"]
        assert (of.opens_at, of.closes_at) == (noon().utc, noon(NEXT_MONTH).utc)

    @pytest.mark.parametrize("mode", ["unlinkable", "anything"])
    def test_a_mode_that_cannot_be_kept_is_not_promised(self, session: Session, mode: str) -> None:
        with pytest.raises(errors.ModeNotOffered):
            a_draft(session, {a_unit(session, "a"): 5}, mode=mode)

    @pytest.mark.parametrize(
        ("given", "constraint"),
        [
            ({"min_group": 4}, "min_group"),
            ({"closes_at": midnight(YESTERDAY)}, "period"),
            ({"languages": ()}, "languages"),
            ({"quota": 0}, "quota"),
        ],
    )
    def test_the_database_refuses_a_round_without_protection_or_sense(
        self, session: Session, given: dict[str, Any], constraint: str
    ) -> None:
        with pytest.raises(IntegrityError, match=constraint):
            a_draft(session, {a_unit(session, "a"): 5}, **given)

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ({"audience": 0}, "nobody"),
            ({"mode": "confidential", "definition": CONFIDENTIAL}, "nobody"),
            ({"languages": ("zh", "fr")}, "language"),
            ({"opens_at": None, "closes_at": midnight(YESTERDAY)}, "closes_in_the_past"),
            ({"definition": DEFINITION + "anonymity: {min_group: 8}\n"}, "min_group"),
        ],
    )
    def test_what_is_not_ready_is_not_published_and_says_why(
        self, session: Session, given: dict[str, Any], reason: str
    ) -> None:
        people = given.pop("audience", 5)
        definition = given.get("definition", DEFINITION)
        of = a_draft(session, {a_unit(session, "a"): people}, **given)
        with pytest.raises(errors.NotReady) as refused:
            publishing.publish(session, of, questionnaires.load(definition), SECRET, noon())
        assert refused.value.reasons == (reason,)
        assert of.state == "draft"

    @pytest.mark.parametrize(
        ("promised", "mode", "kept"),
        [
            ("unlinkable", "sealed_code", True),
            ("unlinkable", "confidential", False),
            ("sealed_code", "open_link", True),
            ("sealed_code", "confidential", False),
            ("confidential", "sealed_code", True),
            ("confidential", "named", False),
            ("named", "named", True),
        ],
    )
    def test_a_round_keeps_at_least_what_its_questionnaire_promises(
        self, session: Session, promised: str, mode: str, kept: bool
    ) -> None:
        definition = DEFINITION + f"anonymity: {{mode: {promised}}}\n"
        unit = a_unit(session, "a")
        people_in(session, unit, 5)
        of = a_draft(session, {unit: 5}, mode=mode, definition=definition)
        questionnaire = questionnaires.load(definition)
        found = publishing.readiness(session, of, questionnaire, noon()).reasons
        assert found == (() if kept else ("promise",))

    @pytest.mark.parametrize(
        ("mode", "heads", "reasons"),
        [
            ("sealed_code", 4, ("small_roles",)),
            ("open_link", 4, ("small_roles",)),
            ("sealed_code", 5, ()),
            ("confidential", 4, ()),
        ],
    )
    def test_no_unit_is_split_into_groups_that_hide_nobody(
        self, session: Session, mode: str, heads: int, reasons: tuple[str, ...]
    ) -> None:
        unit = a_unit(session, "a")
        people_in(session, unit, 12)
        of = a_draft(session, {unit: 12}, mode=mode)
        plans = [fieldwork.GroupPlan(unit.id, "", 12), fieldwork.GroupPlan(unit.id, "head", heads)]
        fieldwork.set_audience(session, of, plans)
        questionnaire = questionnaires.load(CONFIDENTIAL)
        assert publishing.readiness(session, of, questionnaire, noon()).reasons == reasons
        fieldwork.set_audience(session, of, plans[1:])
        alone = publishing.readiness(session, of, questionnaire, noon())
        assert "small_roles" not in alone.reasons, "a unit that is small as a whole is only hidden"

    def test_two_rounds_cannot_have_one_name(self, session: Session) -> None:
        unit = a_unit(session, "a")
        a_draft(session, {unit: 5})
        with pytest.raises(errors.NameTaken):
            a_draft(session, {unit: 5})

    def test_drafts_are_listed_first_then_the_latest(self, session: Session) -> None:
        unit = a_unit(session, "a")
        a_round(session, {unit: 5}, slug="early")
        a_round(session, {unit: 5}, slug="late", opens_at=midnight(TODAY) + timedelta(hours=1))
        a_draft(session, {unit: 5}, slug="draft")
        assert [of.slug for of in fieldwork.rounds(session)] == ["draft", "late", "early"]
        assert fieldwork.find_round(session, "late").slug == "late"
        with pytest.raises(errors.UnknownRound):
            fieldwork.find_round(session, "never")

    def test_a_draft_can_be_discarded_and_nothing_else(self, session: Session) -> None:
        unit = a_unit(session, "a")
        fieldwork.discard(session, a_draft(session, {unit: 5}))
        assert fieldwork.rounds(session) == []
        with pytest.raises(errors.Frozen):
            fieldwork.discard(session, a_round(session, {unit: 5}))


class TestFrozen:
    """What respondents trust in is refused by the operations, and by the database beneath them."""

    def test_decisions_audience_and_version_stay(self, session: Session) -> None:
        of = a_round(session, {a_unit(session, "a"): 5})
        other = fieldwork.Decisions("open_link", 6, ("zh",))
        with pytest.raises(errors.Frozen):
            fieldwork.decide(session, of, other)
        with pytest.raises(errors.Frozen):
            fieldwork.set_audience(session, of, ())
        with pytest.raises(errors.NotNow):
            fieldwork.schedule(session, of, None, None)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE round SET mode = 'named'",
            "UPDATE round SET min_group = 6",
            "UPDATE round SET languages = 'zh'",
            "UPDATE round SET repeatable = NOT repeatable",
            "UPDATE round SET editable = NOT editable",
            "UPDATE round SET synthetic = NOT synthetic",
            "UPDATE round SET state = 'draft'",
            'UPDATE round SET title = \'{"zh": "晚餐", "en": "Dinner"}\'',
            "UPDATE round SET slug = 'dinner'",
            "UPDATE round SET zone = 'Asia/Tokyo'",
            "UPDATE round SET unit_id = (SELECT max(id) FROM unit)",
            "UPDATE round SET closes_at = '2026-05-05 00:00:00'",
            "UPDATE fielded_unit SET parent_id = 2",
            "DELETE FROM fielded_unit",
            "UPDATE audience_group SET round_id = (SELECT id FROM round WHERE slug = 'lunch-2026')"
            " WHERE role = 'draft'",
            "UPDATE audience_group SET quota = 3",
            "UPDATE audience_group SET role = 'other'",
            "UPDATE audience_group SET expected = 99",
            "DELETE FROM audience_group",
            "DELETE FROM round",
            "INSERT INTO audience_group (round_id, unit_id, role, expected, issued)"
            " SELECT round_id, unit_id, 'late', 5, 0 FROM audience_group",
        ],
    )
    def test_the_database_refuses_the_change_itself(self, anywhere: Database, change: str) -> None:
        with anywhere.transaction() as session:
            unit = a_unit(session, "a")
            a_round(session, {unit: 5})
            a_draft(session, {a_unit(session, "b"): 5}, slug="draft", role="draft", holder=unit)
        with (
            pytest.raises(IntegrityError, match=r"frozen|forward|extended"),
            anywhere.transaction() as session,
        ):
            session.execute(text(change))

    def test_control_a_draft_can_be_changed_and_a_round_can_be_extended(
        self, anywhere: Database
    ) -> None:
        with anywhere.transaction() as session:
            unit = a_unit(session, "a")
            a_round(session, {unit: 5}, slug="out")
            a_draft(session, {unit: 5}, slug="draft")
        with anywhere.transaction() as session:
            session.execute(text("UPDATE round SET min_group = 6 WHERE state = 'draft'"))
            session.execute(text("UPDATE audience_group SET issued = 7"))
            session.execute(text("UPDATE round SET title = title, closes_at = NULL"))
            session.execute(text("UPDATE round SET slug = 'new' WHERE state = 'draft'"))

    def test_a_closed_round_is_not_opened_again_in_the_database_either(
        self, anywhere: Database
    ) -> None:
        with anywhere.transaction() as session:
            of = a_round(session, {a_unit(session, "a"): 5})
            fieldwork.close_round(session, of, noon())
        with pytest.raises(IntegrityError, match="forward"), anywhere.transaction() as session:
            session.execute(text("UPDATE round SET state = 'open'"))

    @pytest.mark.parametrize("mode", ["sealed_code", "open_link"])
    def test_no_name_can_be_stored_in_a_round_that_promised_none(
        self, anywhere: Database, mode: str
    ) -> None:
        hall = Hall(anywhere, {"a": 5})
        with anywhere.transaction() as session:
            person = people_in(session, a_unit(session, "b"), 1)[0]
            code_hash = session.scalars(select(Invitation.code_hash).limit(1)).one()
        row = {"round_id": hall.round.id, "person_id": person, "code_hash": code_hash}
        with pytest.raises(IntegrityError, match="no names"), anywhere.transaction() as session:
            session.execute(insert(Addressee), [{**row, "disposition": ""}])

    def test_no_response_can_be_signed_where_responses_are_not(self, anywhere: Database) -> None:
        hall = Hall(anywhere, {"a": 5}, mode="confidential")
        hall.send(hall.codes[0], respond.new_submission_key())
        with anywhere.session() as session:
            group, key = session.execute(select(Response.group_id, Response.key)).one()
            code_hash = session.scalars(select(Invitation.code_hash).limit(1)).one()
        with pytest.raises(IntegrityError, match="not signed"), anywhere.transaction() as session:
            session.execute(
                insert(Authorship),
                [{"group_id": group, "response_key": key, "code_hash": code_hash}],
            )


class TestClocks:
    def test_a_round_opens_and_closes_by_itself_and_only_once(self, session: Session) -> None:
        before = noon(YESTERDAY)
        of = a_round(session, {a_unit(session, "a"): 5}, at=before)
        seen = []
        for day in (YESTERDAY, TODAY, TODAY + timedelta(days=7), TODAY + timedelta(days=8)):
            assert fieldwork.anything_due(session, noon(day)) == (
                of.state != of.state_at(noon(day).utc)
            )
            fieldwork.advance(session, noon(day))
            seen.append(of.state)
        assert seen == ["published", "open", "open", "closed"]

    @pytest.mark.parametrize("day", [TODAY, YESTERDAY, TODAY - timedelta(days=20_000)])
    def test_a_clock_that_is_set_back_opens_nothing_again(
        self, database: Database, day: Any
    ) -> None:
        hall = Hall(database, {"a": 5})
        with database.transaction() as session:
            fieldwork.advance(session, noon(NEXT_MONTH))
        with pytest.raises(refusals.RoundClosed):
            hall.send(hall.codes[0], respond.new_submission_key(), today=day)
        with database.transaction() as session:
            assert fieldwork.advance(session, noon(day)) == 0
            with pytest.raises(errors.NotNow):
                fieldwork.open_round(session, hall.round, noon(day))

    def test_nor_does_it_shut_a_round_that_is_open(self, database: Database) -> None:
        hall = Hall(database, {"a": 5})
        assert hall.send(hall.codes[0], respond.new_submission_key(), today=YESTERDAY).code

    def test_closing_counts_to_the_minute_although_nobody_looked(self, database: Database) -> None:
        hall = Hall(database, {"a": 5}, closes_at=midnight(TODAY) + timedelta(hours=17))

        def send(code: str, hour: int, minute: int) -> object:
            instant = datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute, 59, tzinfo=UTC)
            return hall.send(code, respond.new_submission_key(), at=clock.moment(instant))

        assert send(hall.codes[0], 16, 59)
        with pytest.raises(refusals.RoundClosed):
            send(hall.codes[1], 17, 0)

    def test_a_round_is_extended_while_it_is_open_and_never_after(self, session: Session) -> None:
        of = a_round(session, {a_unit(session, "a"): 5})
        fieldwork.extend_round(session, of, midnight(NEXT_MONTH), noon())
        assert of.closes_at == midnight(NEXT_MONTH)
        with pytest.raises(errors.FieldworkError):
            fieldwork.extend_round(session, of, midnight(YESTERDAY), noon())
        with pytest.raises(errors.FieldworkError):
            fieldwork.extend_round(session, of, midnight(TODAY + timedelta(days=9)), noon())
        assert of.state_at(noon(NEXT_MONTH - timedelta(days=1)).utc) == "open"
        fieldwork.close_round(session, of, noon())
        with pytest.raises(errors.NotNow):
            fieldwork.extend_round(session, of, midnight(NEXT_MONTH), noon())

    def test_days_are_those_of_the_organisations_zone(self) -> None:
        late = datetime(2026, 5, 4, 17, 30, tzinfo=UTC)
        assert clock.moment(late, "UTC").day == TODAY
        assert clock.moment(late, "Asia/Shanghai").day == TODAY + timedelta(days=1)
        assert clock.moment(late, "Asia/Shanghai").utc == datetime(2026, 5, 4, 17, 30)

    @pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London", "America/New_York", ""])
    def test_a_time_on_the_wall_and_back(self, zone: str) -> None:
        wall = datetime(2026, 7, 1, 18, 0)
        assert clock.local(clock.to_utc(wall, zone), zone) == wall

    def test_summer_time_moves_no_round(self) -> None:
        """What was promised for 18:00 is 18:00 there, before and after the clocks change."""
        utc = [clock.to_utc(datetime(2026, month, 28, 18), "Europe/London") for month in (3, 4)]
        assert [moment.hour for moment in utc] == [18, 17]

    def test_an_unknown_zone_is_refused(self) -> None:
        with pytest.raises(clock.UnknownZone):
            clock.moment(datetime.now(UTC), "Mars/Olympus")


class TestTheTreeIsKept:
    def test_a_unit_moved_and_renamed_during_a_round_stays_where_it_was(
        self, session: Session
    ) -> None:
        county, other = a_unit(session, "county"), a_unit(session, "other")
        township = a_unit(session, "township", parent=county)
        of = a_round(session, {township: 5}, holder=county)
        organisation.move_unit(session, township, other, noon().utc)
        session.execute(update(Unit).where(Unit.id == township.id).values(code="renamed"))
        session.expire_all()
        [group] = progress.progress(session, of)
        assert group.unit.code == "township"
        assert group.unit.parent is not None
        assert group.unit.parent.code == "county"
        assert session.get_one(Unit, township.id).parent_id == other.id, "control: it did move"

    def test_a_round_published_after_the_move_has_the_new_tree(self, session: Session) -> None:
        county, other = a_unit(session, "county"), a_unit(session, "other")
        township = a_unit(session, "township", parent=county)
        of = a_draft(session, {township: 5}, holder=county)
        organisation.move_unit(session, township, other, noon().utc)
        publishing.publish(session, of, questionnaires.load(DEFINITION), SECRET, noon())
        [group] = progress.progress(session, of)
        assert group.unit.parent is not None
        assert group.unit.parent.code == "other"


class TestQuotas:
    def test_a_full_group_takes_no_more_and_keeps_the_code(self, database: Database) -> None:
        hall = Hall(database, {"a": 5, "b": 5}, quota=2)
        for code in hall.codes[:2]:
            hall.send(code, respond.new_submission_key())
        with pytest.raises(refusals.QuotaFull):
            hall.send(hall.codes[2], respond.new_submission_key())
        assert hall.send(hall.codes[5], respond.new_submission_key()), "control: the other group"
        with database.session() as session:
            used = select(func.count()).where(Invitation.used.is_(True))
            assert session.scalar(used) == 3

    def test_a_retry_gets_its_receipt_although_the_quota_is_full(self, database: Database) -> None:
        hall, key = Hall(database, {"a": 5}, quota=1), respond.new_submission_key()
        first = hall.send(hall.codes[0], key)
        assert hall.send(hall.codes[0], key).code == first.code


class TestOpenLink:
    def test_anybody_answers_as_often_as_they_like(self, database: Database) -> None:
        hall = Hall(database, {"a": 5}, mode="open_link")
        for _ in range(3):
            hall.send(hall.door(), respond.new_submission_key())
        with database.session() as session:
            assert session.scalar(select(func.count()).select_from(Response)) == 3
            assert session.scalar(select(func.count()).select_from(Invitation)) == 0

    def test_a_retry_is_stored_once(self, database: Database) -> None:
        hall, key = Hall(database, {"a": 5}, mode="open_link"), respond.new_submission_key()
        first, again = hall.send(hall.door(), key), hall.send(hall.door(), key)
        assert (first.code, again.repeated) == (again.code, True)

    def test_the_page_of_the_person_before_does_not_swallow_the_next_ones_answers(
        self, database: Database
    ) -> None:
        hall, key = Hall(database, {"a": 5}, mode="open_link"), respond.new_submission_key()
        hall.send(hall.door(), key)
        with pytest.raises(refusals.KeyReused):
            hall.send(hall.door(), key, taste="1")

    def test_it_opens_no_other_round_and_no_other_group(self, database: Database) -> None:
        hall = Hall(database, {"a": 5})
        with pytest.raises(errors.UnknownCode):
            hall.send(hall.door(), respond.new_submission_key())


def test_an_invitation_for_many_takes_many(database: Database) -> None:
    hall = Hall(database, {"a": 5}, mode="named", repeatable=True)
    keys = [respond.new_submission_key() for _ in range(3)]
    receipts = [hall.send(hall.codes[0], key) for key in (*keys, keys[0])]
    assert [receipt.repeated for receipt in receipts] == [False, False, False, True]
    with database.session() as session:
        signed = session.scalars(select(Authorship.code_hash)).all()
    assert len(signed) == 3
    assert len(set(signed)) == 1


class TestChanging:
    @pytest.mark.parametrize("mode", ["sealed_code", "confidential", "named", "open_link"])
    def test_whoever_has_the_secret_can_change_the_answers_until_the_round_closes(
        self, anywhere: Database, mode: str
    ) -> None:
        hall, key = Hall(anywhere, {"a": 6}, mode=mode, editable=True), respond.new_submission_key()
        doors: list[respond.Door] = [*hall.codes] or [hall.door()] * 6
        for door in doors[1:]:
            hall.send(door, respond.new_submission_key(), why="untouched")
        receipt = hall.send(doors[0], key, why="first")
        with anywhere.transaction() as session:
            typed = key.lower().replace("-", " ")
            assert changing.find(session, typed, noon()).values == {"taste": "5", "why": "first"}
            changed = changing.change(session, secret=typed, raw={"taste": "1"}, at=noon())
        assert changed.code == receipt.code
        with anywhere.session() as session:
            answers = sorted(session.scalars(select(Response.answers)))
        assert answers == ['{"taste":"1"}', *['{"taste":"5","why":"untouched"}'] * 5]
        with anywhere.transaction() as session:
            fieldwork.close_round(session, hall.round, noon())
        with pytest.raises(refusals.RoundClosed), anywhere.transaction() as session:
            changing.change(session, secret=key, raw={"taste": "2"}, at=noon())

    def test_nobody_else_can(self, database: Database) -> None:
        hall, key = Hall(database, {"a": 5}, editable=True), respond.new_submission_key()
        receipt = hall.send(hall.codes[0], key)
        for guess in (receipt.code, hall.codes[0], respond.new_submission_key(), "", "\0" * 24):
            with pytest.raises(changing.UnknownSecret), database.transaction() as session:
                changing.change(session, secret=guess, raw={"taste": "1"}, at=noon())

    def test_nor_anybody_where_the_round_does_not_allow_it(self, database: Database) -> None:
        hall, key = Hall(database, {"a": 5}), respond.new_submission_key()
        hall.send(hall.codes[0], key)
        with pytest.raises(changing.UnknownSecret), database.transaction() as session:
            changing.change(session, secret=key, raw={"taste": "1"}, at=noon())

    def test_unacceptable_changes_change_nothing(self, database: Database) -> None:
        hall, key = Hall(database, {"a": 5}, editable=True), respond.new_submission_key()
        hall.send(hall.codes[0], key, why="kept")
        with pytest.raises(refusals.Invalid), database.transaction() as session:
            changing.change(session, secret=key, raw={"taste": "9"}, at=noon())
        with database.session() as session:
            assert "kept" in session.scalars(select(Response.answers)).one()

    def test_figures_are_not_shown_meanwhile(self, session: Session) -> None:
        unit = a_unit(session, "a")
        assert not a_round(session, {unit: 5}, editable=True).live
        assert a_round(session, {unit: 5}, slug="control").live


def test_publishing_a_round_takes_few_statements_however_many_people(database: Database) -> None:
    def needed(slug: str, people: int) -> int:
        with database.transaction() as session:
            unit = a_unit(session, slug)
            people_in(session, unit, people)
            of = a_draft(
                session, {unit: 1}, mode="confidential", slug=slug, definition=CONFIDENTIAL
            )
            session.flush()
            with statements(database.engine) as said:
                publishing.publish(session, of, questionnaires.load(CONFIDENTIAL), SECRET, noon())
        return len(said)

    assert needed("few", 5) == needed("many", 50) <= 20


def test_a_moment_is_cut_to_the_minute() -> None:
    assert clock.moment(datetime(2026, 5, 4, 10, 11, 12, 13, UTC), "UTC") == Moment(
        datetime(2026, 5, 4, 10, 11), TODAY, "UTC"
    )


def test_nothing_is_stored_after_a_round_has_closed(postgresql: Database) -> None:
    """Who closes it waits for answers that are on their way, and those that come later are late."""
    hall = Hall(postgresql, {"a": 5})
    with postgresql.transaction() as sending:
        storing.accept(sending, [submission(sending, hall.codes[0], {"taste": "5"})])
        with pytest.raises(DBAPIError, match="lock"):
            _close_at_once(hall)
    with postgresql.transaction() as closing:
        fieldwork.close_round(closing, hall.round, noon())
    with pytest.raises(refusals.RoundClosed):
        hall.send(hall.codes[1], respond.new_submission_key())


def _close_at_once(hall: Hall) -> None:
    with hall.database.transaction() as closing:
        closing.execute(text("SET LOCAL lock_timeout = '200ms'"))
        fieldwork.close_round(closing, hall.round, noon())
