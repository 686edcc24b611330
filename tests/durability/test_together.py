"""Many at once, one after the other, and again: exactly one response each, one for each code."""

from __future__ import annotations

from collections import Counter

from tests.durability.conftest import Site
from tests.durability.wire import Reply

_MANY = 20


def _statuses(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


def test_twenty_sendings_with_one_key_are_one_response_and_one_receipt(sealed: Site) -> None:
    submission = sealed.opened()
    replies = sealed.send_at_once([submission] * _MANY)
    assert _statuses(replies) == {200: _MANY}
    assert {reply.receipt for reply in replies} == submission.receipts
    assert sealed.verdict().faults == {}


def test_the_same_behind_an_open_link(shared_link: Site) -> None:
    replies = shared_link.send_at_once([shared_link.opened()] * _MANY)
    assert _statuses(replies) == {200: _MANY}
    assert shared_link.verdict().faults == {}


def test_control_without_a_key_one_response_becomes_twenty(keyless: Site) -> None:
    keyless.send_at_once([keyless.opened()] * _MANY)
    verdict = keyless.verdict()
    assert (verdict.stored, len(verdict.twice)) == (_MANY, 1)


def test_one_code_on_twenty_devices_is_one_response_and_nineteen_refusals(sealed: Site) -> None:
    door = sealed.world.door()
    devices = [sealed.opened(door) for _ in range(_MANY)]
    replies = sealed.send_at_once(devices)
    assert _statuses(replies) == {200: 1, 409: _MANY - 1}
    refused = [one for one in devices if not one.acknowledged]
    assert set(sealed.verdict().turned_away) == {one.marker for one in refused}
    assert sealed.verdict().faults == {"turned_away": _MANY - 1}
    for one in refused:  # they are settled; the next test begins afresh
        del sealed.journal.submissions[one.marker]


def test_control_codes_that_are_never_used_up_let_all_twenty_in(careless: Site) -> None:
    door = careless.world.door()
    careless.send_at_once([careless.opened(door) for _ in range(_MANY)])
    verdict = careless.verdict()
    assert verdict.stored == _MANY
    assert "counters" in verdict.faults


def test_a_form_that_was_open_while_the_server_was_killed_is_sent(sealed: Site) -> None:
    submission = sealed.opened()
    sealed.server.kill()
    sealed.server.start()
    assert sealed.send(submission).receipt
    assert sealed.verdict().faults == {}


def test_sent_again_from_the_browsers_history_it_is_the_same_receipt(sealed: Site) -> None:
    submission = sealed.opened()
    first = sealed.send(submission).receipt
    changed = dict(submission.answers) | {"q19": "typed after going back"}
    line = sealed.line()
    again = line.post(submission.path, changed | {"_key": submission.key, "_action": "send"})
    assert again.receipt == first
    assert sealed.verdict().faults == {}, "the answers that were acknowledged stay as they were"
