"""Faults that other survey programs had, each by name: they must not happen here."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaires import library
from surveyapp.respond.operations import receipt_code
from tests.durability.conftest import Site
from tests.durability.journal import Journal, Submission
from tests.durability.proxy import SwallowingProxy
from tests.durability.running import stored
from tests.durability.server import Server
from tests.durability.wire import BROKEN, Line
from tests.durability.world import INSTRUMENT, MARKED, World
from tests.surveyapp.fielding import Hall

_HOUR = 3600


def _fields(submission: Submission, **more: str) -> dict[str, str]:
    return {**submission.answers, "_key": submission.key, "_action": "send", **more}


def test_limesurvey_18026_a_double_final_click_is_no_expired_session(sealed: Site) -> None:
    """Issue 18026: of two queued submit events the second met a session that was over."""
    submission = sealed.opened()
    replies = sealed.send_at_once([submission] * 2)
    assert [reply.receipt for reply in replies] == [*submission.receipts] * 2
    assert sealed.verdict().faults == {}


def test_limesurvey_4407_a_code_is_used_up_once(sealed: Site) -> None:
    """Pull request 4407: a token's uses were decremented twice."""
    with sealed.world.opened() as database:
        count = "SELECT count(*) FROM invitation WHERE used"
        with database.engine.connect() as connection:
            before = connection.exec_driver_sql(count).scalar_one()
        sealed.send_at_once([sealed.opened()] * 4)
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql(count).scalar_one() == before + 1
    assert sealed.verdict().faults == {}


def test_limesurvey_2534_nobody_walks_through_a_form_that_cannot_be_saved(sealed: Site) -> None:
    """Pull request 2534, issue 18106: a half-built session, and everything typed was for nothing.

    There is no session here: a form is sent by itself, without a cookie, over a new connection.
    """
    assert sealed.send(sealed.opened()).receipt
    assert sealed.verdict().faults == {}


def test_limesurvey_2946_every_item_of_a_form_is_stored(sealed: Site) -> None:
    """Pull request 2946, issue 18655: a column was missing, and the whole response was lost."""
    submission = sealed.opened()
    sealed.send(submission)
    texts = dict(stored(sealed.world).responses)
    asked = {item.id for item in library.get(INSTRUMENT).items if item.kind == "scale"}
    assert all(f'"{name}":' in texts[submission.row_key] for name in asked | {MARKED})


def test_limesurvey_3596_no_thanks_for_what_could_not_be_stored(tmp_path: Path) -> None:
    """Pull request 3596: the result of saving was dropped, and the date of submission set."""
    world = World(tmp_path / "data", codes=8)
    server = Server(world.config)
    server.start()
    try:
        site = Site(world, server, Journal())
        people = [site.opened() for _ in range(8)]
        server.limit_files(33_000)
        statuses = [site.send(one).status for one in people]
        assert max(statuses) >= 500
        assert [bool(one.receipts) for one in people] == [status == 200 for status in statuses]
        server.limit_files(None)
        assert all(site.send(one).receipt for one in people)
        assert site.verdict().faults == {}
    finally:
        server.stop()


def test_kobocat_470_the_same_form_four_times_on_a_bad_network(shared_link: Site) -> None:
    """Issues 470 and 859: four retries arrived at once, and none saw the others."""
    shared_link.send_at_once([shared_link.opened()] * 4)
    assert shared_link.verdict().faults == {}


def test_formbricks_7430_an_anonymous_link_knows_a_retry(shared_link: Site) -> None:
    """Issue 7430: no idempotency where nobody has a code."""
    submission = shared_link.opened()
    with SwallowingProxy(shared_link.server.port) as proxy:
        proxy.drop(1)
        shared_link.journal.begin(submission)
        with pytest.raises(BROKEN):
            Line(proxy.port).post(submission.path, _fields(submission))
        assert proxy.dropped == 1
    shared_link.journal.doubt(submission)
    assert shared_link.send(submission).receipt == receipt_code(submission.key)
    assert shared_link.verdict().faults == {}


def test_formbricks_7767_two_devices_do_not_share_or_split_a_response(sealed: Site) -> None:
    """Pull requests 7743 and 7767: two sync loops raced, and one response became two."""
    door = sealed.world.door()
    phone, desk = sealed.opened(door), sealed.opened(door)
    assert phone.key != desk.key
    first = sealed.send(phone)
    second = sealed.line().post(door, _fields(desk))
    assert first.receipt
    assert second.status == 409
    assert desk.marker in second.text, "what was typed is given back"
    assert sealed.verdict().faults == {}


def test_ons_1297_a_form_that_was_open_for_eight_hours_is_sent(tmp_path: Path) -> None:
    """Issue 1297 (and nuancier 78, Odoo 56431, va.gov 102007): a token expired by the clock."""
    world, offset = World(tmp_path / "data", codes=8), tmp_path / "offset"
    offset.write_text("0")
    server = Server(world.config, environment={"DURABILITY_CLOCK": str(offset)})
    server.start()
    try:
        site = Site(world, server, Journal())
        waiting, another = site.opened(), site.opened()
        offset.write_text(str(8 * _HOUR))
        assert site.send(waiting).receipt
        offset.write_text(str(-8 * _HOUR))
        assert site.send(another).receipt
        assert site.verdict().faults == {}
    finally:
        server.stop()


def test_ons_379_answers_do_not_get_into_the_other_questionnaire(sealed: Site) -> None:
    """Issue 379: with two surveys in two tabs, the answers of one were posted into the other."""
    with sealed.world.opened() as database:
        other = Hall(database, {"canteen": 2}, slug="another", closes_at=None)
    submission = sealed.opened()
    there = sealed.line().post(f"/s/{other.codes[0]}", _fields(submission))
    assert (there.status, there.receipt) == (400, "")
    assert sealed.send(submission).receipt
    assert sealed.verdict().faults == {}


def test_two_tabs_of_two_forms_do_not_mix(sealed: Site) -> None:
    """Formbricks pull request 795 and ONS 379: whichever tab is sent first, each keeps its own."""
    one, two = sealed.opened(), sealed.opened()
    sealed.send(two)
    sealed.send(one)
    assert sealed.verdict().faults == {}


def test_the_next_person_at_a_shared_device_is_not_the_one_before(shared_link: Site) -> None:
    """Back from the receipt, a form holds the key of the person before: what is new is kept."""
    before = shared_link.opened()
    shared_link.send(before)
    after = shared_link.world.submission(before.path)
    refused = shared_link.line().post(before.path, {**_fields(after), "_key": before.key})
    assert (refused.status, refused.receipt) == (409, "")
    assert after.marker in refused.text
    after.key = refused.key
    assert shared_link.send(after).receipt
    assert shared_link.verdict().faults == {}


def test_odk_collect_6144_words_keep_their_spaces(sealed: Site) -> None:
    """Issue 6144: values with spaces vanished."""
    submission = sealed.opened()
    assert " " in submission.marker
    sealed.send(submission)
    assert sealed.verdict().faults == {}


def test_libredesk_600_of_twenty_at_once_twenty_succeed(shared_link: Site) -> None:
    """Issue 600: of twenty concurrent answers three to fifteen were stored."""
    replies = shared_link.send_at_once([shared_link.opened() for _ in range(20)])
    assert [reply.status for reply in replies] == [200] * 20
    assert shared_link.verdict().faults == {}


def test_qsm_2066_answers_that_are_not_saved_come_back_with_a_message(sealed: Site) -> None:
    """Quiz and Survey Master, issue 2066: not saved, and nobody was told."""
    submission = sealed.opened()
    sealed.journal.begin(submission)
    reply = sealed.line().post(submission.path, _fields(submission, q01=""))
    assert (reply.status, reply.receipt) == (422, "")
    assert 'id="problems"' in reply.body
    assert submission.marker in reply.text
    assert reply.key == submission.key
    assert sealed.send(submission).receipt
    assert sealed.verdict().faults == {}
