"""A submission is stored exactly once, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.db import Database
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.errors import UnknownCode
from surveyapp.fieldwork.models import Invitation
from surveyapp.respond import errors
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Attachment, Response
from surveyapp.uploads import Upload
from tests.queries import statements
from tests.surveyapp.fielding import TODAY, Hall, noon, submission


class Canteen(Hall):
    """A round with one unit and its printed codes."""

    def __init__(self, database: Database, codes: int, **given: Any) -> None:
        super().__init__(database, {"canteen": codes}, **given)

    def stored(self) -> list[Response]:
        with self.database.session() as session:
            return list(session.scalars(select(Response)))

    def used(self) -> int:
        with self.database.session() as session:
            return self._count(session)

    def _count(self, session: Session) -> int:
        counted = select(func.count()).select_from(Invitation).where(Invitation.used.is_(True))
        return session.scalar(counted) or 0


def test_a_response_is_one_row_with_its_answers_and_packed_codes(canteen: Canteen) -> None:
    receipt = canteen.send(canteen.codes[0], respond.new_submission_key(), why="汤很鲜")

    [row] = canteen.stored()
    assert row.answers == '{"taste":"5","why":"汤很鲜"}'
    assert row.codes == bytes([1])
    assert row.day == TODAY
    assert not receipt.repeated
    assert canteen.used() == 1


def test_the_receipt_code_opens_nothing_and_is_the_same_for_a_retry(canteen: Canteen) -> None:
    key = respond.new_submission_key()
    first = canteen.send(canteen.codes[0], key)
    again = canteen.send(canteen.codes[0], key, why="typed after the first try")

    assert (first.code, again.repeated) == (again.code, True)
    [row] = canteen.stored()
    assert row.answers == '{"taste":"5"}'
    assert first.code.replace("-", "") not in (canteen.codes[0], key, row.key.hex().upper())


def test_a_retry_gets_its_receipt_although_the_round_has_closed(canteen: Canteen) -> None:
    key = respond.new_submission_key()
    first = canteen.send(canteen.codes[0], key)
    with canteen.database.transaction() as session:
        fieldwork.close_round(session, canteen.round, noon())

    assert canteen.send(canteen.codes[0], key).code == first.code
    with pytest.raises(errors.RoundClosed):
        canteen.send(canteen.codes[1], respond.new_submission_key())


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=8)])
def test_outside_its_days_a_round_takes_nothing(database: Database, day: date) -> None:
    canteen = Canteen(database, codes=2, at=noon(TODAY - timedelta(days=3)))
    with pytest.raises(errors.RoundClosed):
        canteen.send(canteen.codes[0], respond.new_submission_key(), today=day)
    assert canteen.stored() == []
    assert canteen.send(canteen.codes[0], respond.new_submission_key()).code


def test_a_used_code_with_another_key_is_refused(canteen: Canteen) -> None:
    canteen.send(canteen.codes[0], respond.new_submission_key())
    with pytest.raises(errors.CodeUsed):
        canteen.send(canteen.codes[0], respond.new_submission_key())
    assert len(canteen.stored()) == 1


def test_the_page_of_the_respondent_before_does_not_swallow_the_next_ones_answers(
    canteen: Canteen,
) -> None:
    key = respond.new_submission_key()
    canteen.send(canteen.codes[0], key)
    with pytest.raises(errors.KeyReused):
        canteen.send(canteen.codes[1], key)
    assert canteen.used() == 1
    canteen.send(canteen.codes[1], respond.new_submission_key())
    assert len(canteen.stored()) == 2


@pytest.mark.parametrize("key", ["", "short", "x" * 21, "x" * 101])
def test_a_form_without_its_key_is_refused(canteen: Canteen, key: str) -> None:
    with pytest.raises(errors.BadSubmissionKey):
        canteen.send(canteen.codes[0], key)
    assert (canteen.stored(), canteen.used()) == ([], 0)


@pytest.mark.parametrize("code", ["", "nonsense", "AAAA-AAAA-AAAA", "\0", "码" * 12, "A" * 10_000])
def test_an_unknown_code_is_refused(canteen: Canteen, code: str) -> None:
    with pytest.raises(UnknownCode):
        canteen.send(code, respond.new_submission_key())
    assert canteen.stored() == []


@pytest.mark.parametrize(
    "raw", [{"taste": "6"}, {"taste": ""}, {"colour": "red"}, {"why": "x" * 1_000_000}]
)
def test_unacceptable_answers_change_nothing_and_say_why(
    canteen: Canteen, raw: dict[str, object]
) -> None:
    with pytest.raises(errors.Invalid) as refused:
        canteen.send(canteen.codes[0], respond.new_submission_key(), **raw)
    assert refused.value.problems
    assert (canteen.stored(), canteen.used()) == ([], 0)


def test_a_file_is_kept_beside_the_response_and_measured_by_us(canteen: Canteen) -> None:
    upload = Upload("餐盘.jpg", "image/jpeg", b"\xff\xd8soup")
    with canteen.database.session() as session:
        raw = {"taste": "4", "picture": upload.described()}
        sent = submission(session, canteen.codes[0], raw, files={upload.sha256: upload})
    canteen.together.accept(sent)
    with canteen.database.session() as session:
        attachment = session.scalars(select(Attachment)).one()
    [row] = canteen.stored()
    assert (attachment.response_key, attachment.place) == (row.key, "picture")
    assert (attachment.content, attachment.size) == (upload.content, 6)
    assert '"size":6' in row.answers


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Results or exceptions of all calls, started together in threads."""
    results: list[object] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = calls[index]()
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_twenty_clicks_at_once_with_one_key_store_one_response(canteen: Canteen) -> None:
    key = respond.new_submission_key()
    results = at_once([lambda: canteen.send(canteen.codes[0], key)] * 20)

    assert len({r.code for r in results if isinstance(r, respond.Receipt)}) == 1
    assert sum(isinstance(r, respond.Receipt) for r in results) == 20
    assert len(canteen.stored()) == 1


def test_twenty_devices_at_once_with_one_code_store_one_response(canteen: Canteen) -> None:
    keys = [respond.new_submission_key() for _ in range(20)]
    results = at_once([lambda k=k: canteen.send(canteen.codes[0], k) for k in keys])

    assert sum(isinstance(r, respond.Receipt) for r in results) == 1
    assert sum(isinstance(r, errors.CodeUsed) for r in results) == 19
    assert len(canteen.stored()) == 1


def test_control_twenty_devices_with_twenty_codes_store_twenty(database: Database) -> None:
    canteen = Canteen(database, codes=20)
    results = at_once(
        [lambda c=c: canteen.send(c, respond.new_submission_key()) for c in canteen.codes]
    )
    assert all(isinstance(r, respond.Receipt) for r in results)
    assert len(canteen.stored()) == 20


def test_storing_a_response_takes_few_statements(canteen: Canteen) -> None:
    canteen.send(canteen.codes[0], respond.new_submission_key())  # compiles the version
    with statements(canteen.database.engine) as said:
        canteen.send(canteen.codes[1], respond.new_submission_key())
    told = [one.split()[0].replace("WITH", "DELETE") for one in said]  # neighbours come first
    opening, waiting, redeeming = ["SELECT"], ["SELECT"], ["UPDATE"]
    mixing, counting = ["DELETE", "INSERT"], ["INSERT"]
    assert told == opening + waiting + redeeming + mixing + counting
