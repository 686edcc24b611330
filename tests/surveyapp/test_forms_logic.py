"""What the page does with answers: in texts, lots, entries, carried choices, first answers."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

import questionnaires
from questionnaires import Context
from surveyapp import i18n
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.forms.sent import Sent
from tests.journeys import Page

DEFINITION = """\
id: visit
title: {zh: 走访, en: Visit}
random_sections: true
media:
  stove:
    source: data:image/gif;base64,R0lGODlhAQABAAAAACw=
    description: {zh: 省柴灶, en: A stove}
sections:
  - id: who
    title: {zh: 家庭, en: The household}
    fixed: true
    items:
      - {id: name, kind: short_text, label: {zh: 户主姓名, en: Name}}
      - {id: people, kind: integer, unit: {zh: 人, en: people}, label: {zh: 人口, en: Members}}
      - id: fuel
        kind: multiple_choice
        random_order: true
        label: {zh: 燃料, en: Fuel}
        options:
          - {value: wood, image: stove, label: {zh: 柴, en: Wood}}
          - {value: coal, label: {zh: 煤, en: Coal}}
          - {value: gas, label: {zh: 气, en: Gas}}
          - {value: sun, label: {zh: 太阳能, en: Sun}}
          - {value: none, exclusive: true, label: {zh: 都不用, en: None of these}}
      - id: best
        kind: single_choice
        carry_forward: {item: fuel}
        label: {zh: "${name}家主要用哪种？", en: "Which does ${name} use most?"}
        options:
          - {value: wood, label: {zh: 柴, en: Wood}}
          - {value: coal, label: {zh: 煤, en: Coal}}
          - {value: gas, label: {zh: 气, en: Gas}}
      - id: day
        kind: date
        default: {calculate: today()}
        media: stove
        label: {zh: 日期, en: Day}
      - id: twice
        kind: calculated
        shown: true
        calculate: "${people} * 2"
        label: {zh: 两倍, en: Twice}
      - id: arm
        kind: arm
        label: {zh: 组, en: Arm}
        arms: [{value: a, label: A}, {value: b, label: B}]
  - id: member
    title: {zh: 成员, en: Members}
    repeat: {max: 5, count: "${people}"}
    items:
      - {id: called, kind: short_text, label: {zh: 称呼, en: Called}}
      - {id: age, kind: integer, label: {zh: "${called}几岁？", en: "How old is ${called}?"}}
  - {id: x, title: X, random_order: true, items: [%s]}
  - {id: y, title: Y, items: [{id: y1, kind: note, label: Y1}]}
  - {id: z, title: Z, items: [{id: z1, kind: note, label: Z1}]}
""" % ", ".join(f"{{id: x{n}, kind: short_text, label: Question {n}}}" for n in range(6))  # noqa: UP031
Q = questionnaires.load(DEFINITION)


def shown(app: Flask, form: QuestionnaireForm, language: str = "en") -> Page:
    """Draw a form as the respondent's page does."""
    template = (
        '{% import "forms/questionnaire.html" as q with context %}{{ q.sections(form, say) }}'
    )
    with app.test_request_context():
        i18n.speak(language)
        say = form.say(language)
        return Page(render_template_string(template, form=form, say=say, tag=language))


def filled(*answers: tuple[str, str], seed: str = "") -> QuestionnaireForm:
    context = Context(now=datetime(2026, 3, 15), seed=seed)
    return form_for(Q)(Sent(MultiDict(answers)) if answers else None, context)


class TestAnswersInTexts:
    def test_they_stand_in_questions_on_the_same_page(self, app: Flask) -> None:
        page = shown(app, filled(("name", "<b>Ann</b>")))
        assert "Which does <b>Ann</b> use most?" in page.text
        assert "&lt;b&gt;Ann" in page.html, "typed text never becomes a tag"
        assert "Which does … use most?" in shown(app, filled()).text

    def test_each_entry_speaks_of_itself(self, app: Flask) -> None:
        page = shown(
            app, filled(("people", "2"), ("member.0.called", "A"), ("member.1.called", "B"))
        )
        assert "How old is A?" in page.text
        assert "How old is B?" in page.text


class TestEntries:
    def test_as_many_are_offered_as_the_answer_says(self, app: Flask) -> None:
        page = shown(app, filled(("people", "3")))
        assert [n for n in page.controls if n.endswith("called")] == [
            f"member.{n}.called" for n in range(3)
        ]
        assert "member.0.called" not in shown(app, filled()).controls

    def test_fewer_never_throw_away_what_was_typed(self, app: Flask) -> None:
        page = shown(app, filled(("people", "1"), ("member.2.called", "C")))
        assert page.controls["member.2.called"] == ["C"]

    def test_no_more_than_the_section_takes(self, app: Flask) -> None:
        assert "member.5.called" not in shown(app, filled(("people", "99"))).controls


class TestLots:
    def order(self, app: Flask, seed: str) -> tuple[list[str], list[str], list[str]]:
        page = shown(app, filled(seed=seed))
        items = [name for name in page.controls if name.startswith("x")]
        return page.offered["fuel"], items, [i for i in page.ids if i.startswith("part-")]

    def test_the_same_respondent_sees_the_same_order_again(self, app: Flask) -> None:
        assert self.order(app, "a") == self.order(app, "a")
        assert len({str(self.order(app, seed)) for seed in "abcdef"}) > 4

    def test_options_items_and_sections_move_but_not_what_is_fixed(self, app: Flask) -> None:
        for seed in "abcdef":
            options, items, sections = self.order(app, seed)
            assert sorted(options[:4]) == ["coal", "gas", "sun", "wood"]
            assert options[4] == "none"
            assert sorted(items) == [f"x{n}" for n in range(6)]
            assert sections[0] == "part-who"

    def test_questions_are_numbered_as_they_stand(self, app: Flask) -> None:
        form = filled(seed="a")
        numbers = [
            form.numbers[item.id] for _, items in form.arranged() for item in items if item.asked
        ]
        assert numbers == list(range(1, len(numbers) + 1))

    def test_the_arm_is_never_on_the_page(self, app: Flask) -> None:
        assert "arm" not in shown(app, filled(seed="a")).controls
        answers = questionnaires.check(Q, {}, Context(seed="a")).answers
        assert answers is not None
        assert answers.values["arm"] in ("a", "b")


class TestTheRest:
    def test_only_what_was_chosen_before_is_offered(self, app: Flask) -> None:
        page = shown(app, filled(("fuel", "coal"), ("fuel", "wood")))
        assert page.offered["best"] == ["wood", "coal"]
        assert shown(app, filled()).offered["best"] == ["wood", "coal", "gas"]

    def test_a_first_answer_is_worked_out(self, app: Flask) -> None:
        assert shown(app, filled()).controls["day"] == ["2026-03-15"]
        assert shown(app, filled(("day", ""))).controls["day"] == [""]

    def test_a_calculation_is_shown_as_far_as_it_goes(self, app: Flask) -> None:
        assert "Twice 6" in shown(app, filled(("people", "3"))).text
        assert "Twice …" in shown(app, filled()).text

    @pytest.mark.parametrize(("language", "words"), [("zh", "省柴灶"), ("en", "A stove")])
    def test_pictures_have_words(self, app: Flask, language: str, words: str) -> None:
        html = shown(app, filled(), language).html
        assert f'alt="{words}"' in html
        assert html.count("<img") == 2


MATRIX = """\
id: rate
title: Rate
scales: {mark: [{value: 2, label: Good}, {value: 1, label: Poor}]}
sections:
  - id: main
    title: Main
    items:
      - id: m
        kind: matrix
        scale: mark
        appearance: dropdown
        label: Services
        rows: [{value: a, label: Water}, {value: b, label: Roads}]
"""


def test_a_matrix_may_be_drawn_with_lists_to_drop_down(app: Flask) -> None:
    questionnaire = questionnaires.load(MATRIX)
    page = shown(app, form_for(questionnaire)(Sent(MultiDict([("m.b", "1")])), Context()))
    assert page.controls["m.b"] == ["1"]
    assert page.html.count("<select") == 2
    assert 'for="m.a"' in page.html
