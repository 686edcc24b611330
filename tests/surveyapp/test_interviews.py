"""Records of interviews: notes of several hands, coverage, reading back, closing, figures."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

import questionnaires
from questionnaires import library
from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.db import Database
from surveyapp.fieldwork.errors import NotNow, NotReady
from surveyapp.fieldwork.models import Invitation
from surveyapp.interviews import errors, figures, operations, typed
from surveyapp.interviews.models import Interview, InterviewTopic
from surveyapp.interviews.operations import Change
from surveyapp.interviews.outline import NOTHING, Entry, coverage, digest, is_outline
from surveyapp.mail.sealing import Unreadable
from tests.surveyapp.interviewing import Field

BOTH = pytest.mark.parametrize("field", ["sqlite", "postgresql"], indirect=True)
LIBRARY = library.get("interview-outline-15")
#: Of the library's outline: the topic that covers each tag.
COVERING = {
    "responsibility": "t05",
    "reputation": "t06",
    "integrity": "t11",
    "work": "t07",
    "discipline": "t09",
    "style": "t10",
    "outlook": "t12",
    "life": "t13",
}


@pytest.fixture
def field(request: pytest.FixtureRequest) -> Field:
    wanted = getattr(request, "param", "sqlite")
    return Field(request.getfixturevalue("database" if wanted == "sqlite" else wanted))


def whole(outline: questionnaires.Questionnaire, **others: Entry) -> dict[str, Entry]:
    """Every topic with a note and "no problem"; ``others`` instead of some."""
    return {item.id: Entry("said", "none") for item in outline.items} | others


class TestCoverage:
    def test_the_library_outline_has_fifteen_topics_and_eight_tags(self) -> None:
        assert is_outline(LIBRARY)
        assert len(LIBRARY.items) == 15
        found = coverage(LIBRARY, {})
        assert {tag.id: tag.topics for tag in found.tags} == {
            tag: (topic,) for tag, topic in COVERING.items()
        }
        assert (found.covered, len(found.missing)) == (0, 8)

    @pytest.mark.parametrize("tag", COVERING)
    def test_seven_of_eight_is_not_enough_and_declined_counts(self, tag: str) -> None:
        missing = coverage(LIBRARY, whole(LIBRARY, **{COVERING[tag]: Entry("", "none")}))
        assert missing.covered == 7
        assert [one.id for one in missing.missing] == [tag]
        declined = coverage(LIBRARY, whole(LIBRARY, **{COVERING[tag]: Entry("", "declined")}))
        assert declined.covered == 8

    def test_the_order_of_tags_survives_storing(self) -> None:
        again = questionnaires.from_json(questionnaires.to_json(LIBRARY))
        order = [tag.id for tag in coverage(again, {}).tags]
        assert LIBRARY.checklist is not None
        assert order == list(LIBRARY.checklist.tags)
        assert order != sorted(order), "control: the order as written is none of the alphabet"

    def test_a_tag_of_two_topics_is_covered_by_either(self, field: Field) -> None:
        for topic in ("t3", "t4"):
            covered = coverage(field.outline, {topic: Entry("said")})
            assert "integrity" not in [tag.id for tag in covered.missing]

    def test_a_survey_is_no_outline(self) -> None:
        assert not is_outline(library.get("team-survey-19"))
        assert not is_outline(library.get("rating-ballot"))


class TestARecord:
    @BOTH
    def test_each_interviewee_of_a_unit_has_a_number(self, field: Field) -> None:
        keys = [field.record(), field.record(), field.record(unit=1)]
        assert [field.stored(key).number for key in keys] == [1, 2, 1]

    @BOTH
    def test_a_name_has_no_place_where_none_was_promised(self, field: Field) -> None:
        with pytest.raises(DBAPIError, match="holds no names"):
            field.record(name="Li Ming")
        key = field.record()
        with (
            pytest.raises(DBAPIError, match="holds no names"),
            field.database.transaction() as session,
        ):
            session.get_one(Interview, key).name = "Li Ming"

    def test_control_a_named_round_keeps_names(self, database: Database) -> None:
        field = Field(database, mode="named")
        assert field.stored(field.record(name="Li Ming")).name == "Li Ming"

    def test_nobody_gets_an_invitation_to_an_interview(self, field: Field) -> None:
        with field.database.session() as session:
            assert session.scalars(select(Invitation)).all() == []

    def test_an_interview_cannot_be_promised_to_be_anonymous(self, database: Database) -> None:
        with pytest.raises(NotReady) as refused:
            Field(database, mode="open_link")
        assert refused.value.reasons == ("interview_mode",)

    def test_the_database_shows_no_note(self, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the well is dry")
        with field.database.session() as session:
            [row] = session.scalars(select(InterviewTopic))
            assert row.note is not None
            assert b"well" not in row.note
            with pytest.raises(Unreadable):
                operations.entry(row, operations.notes_seal("another secret"))
        assert field.entries(key)["t1"].note == "the well is dry", "control"

    def test_a_round_that_is_over_takes_no_new_record(self, field: Field) -> None:
        field.end_round()
        with pytest.raises(NotNow):
            field.record()


class TestNotes:
    def change(self, note: str, based_on: Entry = NOTHING, key: bytes = b"") -> Change:
        return Change("t1", Entry(note), based_on.revision, key)

    def send(self, field: Field, record: bytes, *changes: Change) -> list[operations.Conflict]:
        with field.database.transaction() as session:
            return operations.save(session, record, changes, field.seal)

    @BOTH
    def test_two_people_on_two_topics_do_not_meet(self, field: Field) -> None:
        key = field.record()
        assert field.note(key, t1="one") == []
        assert field.note(key, t2="two") == []
        assert {item: e.note for item, e in field.entries(key).items()} == {
            "t1": "one",
            "t2": "two",
        }

    @BOTH
    def test_two_people_on_one_topic_lose_nothing(self, field: Field) -> None:
        key = field.record()
        assert self.send(field, key, self.change("Ann's")) == []
        [conflict] = self.send(field, key, self.change("Ben's"))
        assert (conflict.ours.note, conflict.theirs.note) == ("Ben's", "Ann's")
        assert field.entries(key)["t1"].note == "Ann's"

    def test_what_was_not_touched_is_left_alone(self, field: Field) -> None:
        """A page without scripts sends every topic, those too that a colleague has changed."""
        key = field.record()
        field.note(key, t1="Ann's")
        untouched = Change("t1", NOTHING, NOTHING.revision)
        assert self.send(field, key, untouched) == []
        assert field.entries(key)["t1"].note == "Ann's"

    def test_the_same_text_from_two_hands_is_no_conflict(self, field: Field) -> None:
        key = field.record()
        for _ in range(2):
            assert self.send(field, key, self.change("the same")) == []

    @BOTH
    def test_a_change_that_is_sent_again_is_made_once(self, field: Field) -> None:
        key, change = field.record(), self.change("Ann's", key=b"k" * 16)
        assert self.send(field, key, change) == []
        # The reply was lost, and Ben, who saw Ann's text, has gone on from it.
        assert self.send(field, key, self.change("Ben's", based_on=Entry("Ann's"))) == []
        assert self.send(field, key, change) == []
        assert field.entries(key)["t1"].note == "Ben's"
        [conflict] = self.send(field, key, self.change("Ann's", key=b"l" * 16))
        assert conflict.theirs.note == "Ben's", "control: without its key it would be another one"

    def test_what_is_refused_is_not_noted_as_made(self, field: Field) -> None:
        key = field.record()
        field.note(key, t1="Ann's")
        late = self.change("Ben's", key=b"k" * 16)
        assert len(self.send(field, key, late)) == 1
        assert len(self.send(field, key, late)) == 1

    def test_line_ends_and_space_around_are_nobodys_change(self) -> None:
        assert Entry.typed(" a\r\nb \n", "none") == Entry("a\nb", "none")

    def test_both_texts_can_be_kept(self) -> None:
        both = typed.joined(Entry("Ann's", "minor"), Entry("Ben's", ""))
        assert both == Entry("Ann's\n\nBen's", "minor")
        assert typed.joined(Entry("a"), Entry("a")).note == "a"


class TestReadingBack:
    def confirm(self, field: Field, key: bytes, correction: str = "") -> None:
        seen = digest(field.entries(key))
        with field.database.transaction() as session:
            operations.confirm(session, key, seen, correction, field.seal)

    @BOTH
    def test_a_confirmation_is_of_the_notes_as_they_were(self, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the road")
        self.confirm(field, key)
        assert field.stored(key).read_back == "confirmed"
        field.note(key, t1="the road!minor")
        assert field.stored(key).read_back == "confirmed", "the coding is not theirs"
        field.note(key, t1="the roads")
        assert field.stored(key).read_back == ""

    def test_a_correction_is_kept_as_such(self, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the road")
        self.confirm(field, key, " the bridge, not the road ")
        stored = field.stored(key)
        assert stored.read_back == "corrected"
        assert operations.corrected(stored, field.seal) == "the bridge, not the road"
        assert field.entries(key)["t1"].note == "the road"

    def test_notes_that_changed_meanwhile_are_not_confirmed(self, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the road")
        seen = digest(field.entries(key))
        field.note(key, t1="the bridge")
        with pytest.raises(errors.NotesChanged), field.database.transaction() as session:
            operations.confirm(session, key, seen, "", field.seal)

    def test_nothing_cannot_be_confirmed(self, field: Field) -> None:
        with pytest.raises(errors.NothingNoted):
            self.confirm(field, field.record())


class TestClosing:
    @pytest.mark.parametrize("tag", COVERING)
    def test_seven_of_eight_tags_keep_a_record_open(self, database: Database, tag: str) -> None:
        field = Field(database, definition=library.text("interview-outline-15"))
        key = field.record()
        notes = {item.id: "said!none" for item in LIBRARY.items}
        field.note(key, **notes | {COVERING[tag]: "!none"})
        field.waive(key)
        with pytest.raises(errors.NotComplete) as refused:
            field.close(key)
        [problem] = refused.value.problems
        assert (problem.code, problem.place.field) == ("topic_uncovered", f"{COVERING[tag]}.note")
        field.note(key, **{COVERING[tag]: "!declined"})
        field.close(key)
        assert field.stored(key).state == "closed"

    def test_a_record_is_closed_only_after_reading_back(self, field: Field) -> None:
        key = field.record()
        field.note(key, **{item.id: "said" for item in field.outline.items})
        with pytest.raises(errors.NotReadBack):
            field.close(key)
        field.waive(key)
        field.close(key)

    @BOTH
    def test_a_closed_record_does_not_change(self, field: Field) -> None:
        key = field.finished()
        with pytest.raises(errors.RecordClosed):
            field.note(key, t1="something else")
        with pytest.raises(errors.RecordClosed):
            field.waive(key)

    @BOTH
    @pytest.mark.parametrize(
        "change",
        [
            update(InterviewTopic).values(concern="major"),
            delete(InterviewTopic),
            update(Interview).values(role="guest"),
            delete(Interview),
            text("INSERT INTO interview_topic SELECT key, 'x', NULL, '' FROM interview"),
        ],
        ids=["topic changed", "topic removed", "record changed", "record removed", "topic added"],
    )
    def test_the_database_holds_to_it(self, field: Field, change: object) -> None:
        key = field.finished()
        with (
            pytest.raises(DBAPIError, match=r"closed record|FOREIGN KEY|foreign key"),
            field.database.transaction() as session,
        ):
            session.execute(change)  # type: ignore[call-overload]
        field.reopen(key)
        if change.__class__.__name__ == "Update":
            with field.database.transaction() as session:
                session.execute(change)  # type: ignore[call-overload]

    @BOTH
    def test_nothing_is_closed_that_was_not_read_back(self, field: Field) -> None:
        key = field.record()
        with pytest.raises(IntegrityError), field.database.transaction() as session:
            session.get_one(Interview, key).state = "closed"

    def test_reopening_is_written_down_with_its_reason(self, field: Field) -> None:
        key = field.finished()
        field.reopen(key, "a date was wrong")
        field.note(key, t1="something else")
        with field.database.session() as session:
            last = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()[-1]
            assert audit.verify(session)[1] is None
        assert (last.action, last.actor) == ("interview.reopened", "ann")
        assert last.details == {"number": 1, "reason": "a date was wrong"}
        assert field.stored(key).read_back == ""

    def test_after_the_round_nothing_is_closed_or_reopened(self, field: Field) -> None:
        closed, left = field.finished(), field.record()
        field.note(left, **{item.id: "said" for item in field.outline.items})
        field.waive(left)
        field.end_round()
        with pytest.raises(NotNow):
            field.reopen(closed)
        with pytest.raises(NotNow):
            field.close(left)
        field.note(left, t1="what is typed is kept all the same")


class TestConcerns:
    def found(self, field: Field) -> figures.Concerns:
        with field.database.session() as session:
            return figures.concerns(session, field.round, field.outline)

    def records(self, field: Field, first: int, second: int) -> None:
        for _ in range(first):
            field.finished(0, "major")
        for _ in range(second):
            field.finished(1, "minor")

    @BOTH
    def test_units_are_shown_with_what_was_coded(self, field: Field) -> None:
        self.records(field, 5, 6)
        field.record()
        found = self.found(field)
        assert (found.records, found.hidden) == (11, 0)
        assert found.whole is not None
        assert dict(found.whole["t1"]) == {"major": 5, "minor": 6}
        topic = field.outline.item_by_id["t1"]
        raised = found.raised(topic, ["major"])  # type: ignore[arg-type]
        assert [(unit.name.get("en"), count) for unit, count in raised] == [("Unit t1", 5)]

    def test_small_units_are_hidden_and_cannot_be_worked_out(self, field: Field) -> None:
        self.records(field, 6, 4)
        found = self.found(field)
        assert found.whole is not None
        assert found.units == (), "the unit of 6 is hidden too: the other is the rest to the total"

    def test_too_few_altogether_show_nothing(self, field: Field) -> None:
        self.records(field, 2, 2)
        assert self.found(field).whole is None

    def test_control_with_names_everything_is_shown(self, database: Database) -> None:
        field = Field(database, mode="named")
        self.records(field, 1, 1)
        assert len(self.found(field).units) == 2
