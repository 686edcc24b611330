"""Numbered text pasted in: what it means, what is guessed, and that it can be written back."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from questionnaires import Text
from questionnaires.formats.limits import MAX_ITEMS
from questionnaires.formats.losses import Imported
from questionnaires.formats.pasted import FORMAT
from questionnaires.formats.pasted.reading import MAX_LINES

from ..making import SCALE, loaded
from .importing import accepted, codes, grows_evenly, lost, only, refusal


def read(text: str, encoding: str = "utf-8") -> Imported:
    return FORMAT.read(dedent(text).encode(encoding), "form.txt")


def words(text: Text) -> str:
    return next(iter(text.root.values()))


class TestTags:
    @pytest.mark.parametrize(
        ("tag", "kind"),
        [
            ("【单选】", "single_choice"),
            ("【单选题】", "single_choice"),
            ("[single choice]", "single_choice"),
            ("【下拉】", "single_choice"),
            ("【多选】", "multiple_choice"),
            ("（多选题）", "multiple_choice"),
            ("[select all that apply]", "multiple_choice"),
            ("【排序】", "ranking"),
            ("[ranking]", "ranking"),
            ("【量表】", "scale"),
            ("[likert]", "scale"),
            ("【评分】", "stars"),
            ("【NPS】", "net_promoter"),
            ("【是非】", "yes_no"),
            ("【填空】", "short_text"),
            ("【多行】", "long_text"),
            ("[essay]", "long_text"),
            ("【数字】", "integer"),
            ("【小数】", "decimal"),
            ("【日期】", "date"),
            ("【时间】", "time"),
            ("【邮箱】", "email"),
            ("【电话】", "phone"),
            ("【网址】", "url"),
            ("【文件】", "file"),
            ("【照片】", "photo"),
            ("【签名】", "signature"),
            ("【位置】", "location"),
            ("【滑块】", "slider"),
            ("【矩阵】", "matrix"),
            ("【矩阵多选】", "matrix_multiple"),
            ("【矩阵填空】", "matrix_text"),
            ("【矩阵数字】", "matrix_number"),
            ("【同意】", "consent"),
            ("【说明】", "note"),
        ],
    )
    def test_a_tag_names_the_kind(self, tag: str, kind: str) -> None:
        listed = (
            kind in ("single_choice", "multiple_choice", "ranking", "scale") or "matrix" in kind
        )
        below = "\n行：甲；乙" if "matrix" in kind else ""
        below += "\nA. 好\nB. 差" if listed and kind not in ("matrix_text", "matrix_number") else ""
        imported = read(f"1. 题目{tag}{below}")
        assert only(imported).kind == kind
        assert words(only(imported).label) == "题目"
        assert "guess_kind" not in codes(imported)

    @pytest.mark.parametrize(
        "line",
        ["*1. 题目【填空】", "1. 题目【填空】*", "1. 题目（必填）【填空】",
         "1. 题目【填空，必填】", "1. 题目【必填】【填空】", "1) Q [text, required]",
         "1. 题目【填空题】*必答", "1. 题目【填空】 * 必填"],
    )  # fmt: skip
    def test_a_question_can_be_marked_as_required(self, line: str) -> None:
        assert only(read(line)).required is True

    def test_limits_stand_in_the_tag(self) -> None:
        found: Any = only(read("1. 题【多选，至少1项，最多2项】\nA. 甲 B. 乙 C. 丙"))
        assert (found.min_choices, found.max_choices) == (1, 2)
        found = only(read("1. Q [multiple choice, at most 2]\nA. x\nB. y\nC. z"))
        assert found.max_choices == 2
        found = only(read("1. 年龄【整数 18-65】"))
        assert (found.min, found.max) == (18, 65)

    def test_a_tag_that_is_not_known_stays_in_the_text(self) -> None:
        imported = read("1. 题目【神秘】【填空】")
        assert words(only(imported).label) == "题目【神秘】"
        assert lost(imported, "tag_unknown").values["tag"] == "【神秘】"


class TestOptions:
    @pytest.mark.parametrize(
        "lines",
        ["A. 甲\nB. 乙", "A、甲\nB、乙", "(A) 甲\n(B) 乙", "（ ）甲\n（ ）乙", "[ ] 甲\n[ ] 乙",
         "□ 甲\n□ 乙", "① 甲\n② 乙", "- 甲\n- 乙", "A. 甲  B. 乙", "a) 甲\nb) 乙"],
    )  # fmt: skip
    def test_options_may_be_marked_in_many_ways(self, lines: str) -> None:
        found: Any = only(read(f"1. 题目【单选】\n{lines}"))
        assert [(o.value, words(o.label)) for o in found.options] == [("1", "甲"), ("2", "乙")]

    @pytest.mark.parametrize(
        "sign", ["【互斥】", "（互斥）", "(互斥)", " [exclusive]", " (exclusive)"]
    )
    def test_an_option_that_stands_alone_is_marked_in_any_brackets(self, sign: str) -> None:
        found: Any = only(read(f"1. 题【多选】\nA. 甲\nB. 乙\nC. 以上都不是{sign}"))
        assert [option.exclusive for option in found.options] == [False, False, True]
        assert found.options[2].label.get("zh") == "以上都不是"

    def test_a_line_before_the_words_that_ask_to_specify_is_not_part_of_the_label(self) -> None:
        found: Any = only(read("1. 题【单选】\nA. 甲\nB. 其他______（请注明）"))
        assert (found.options[1].label.get("zh"), found.options[1].text) == ("其他（请注明）", True)

    def test_an_option_with_a_blank_asks_for_words(self) -> None:
        found: Any = only(read("1. 题【单选】\nA. 甲\nB. 其他：____\nC. 以上都不是【互斥】"))
        assert [(words(o.label), o.text, o.exclusive) for o in found.options] == [
            ("甲", False, False),
            ("其他", True, False),
            ("以上都不是", False, True),
        ]

    def test_levels_with_points_are_scored(self) -> None:
        questionnaire = accepted(
            read("1. 题【量表】\nA. 好（3分）\nB. 差（1分）\nC. 不了解【不计分】")
        )
        (levels,) = questionnaire.scales.values()
        assert [(words(o.label), o.score, o.missing) for o in levels] == [
            ("好", 3, False),
            ("差", 1, False),
            ("不了解", None, True),
        ]


class TestGuesses:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("1. 您的性别\nA. 男\nB. 女", "single_choice"),
            ("1. 您喜欢哪些（可多选的）\nA. 甲\nB. 乙", "multiple_choice"),
            ("1. 您的姓名：____", "short_text"),
            ("1. 您的意见和建议", "long_text"),
            ("1. Please describe why", "long_text"),
            ("1. 评价\n行：甲；乙\nA. 好\nB. 差", "matrix"),
        ],
    )
    def test_a_kind_that_is_not_marked_is_guessed_and_told(self, text: str, kind: str) -> None:
        imported = read(text)
        assert only(imported).kind == kind
        assert lost(imported, "guess_kind").severity == "info"

    def test_title_introduction_and_parts(self) -> None:
        imported = read(
            """
            员工调查
            感谢参与。

            一、基本情况
            1. 性别【单选】
            A. 男 B. 女

            工作情况
            2. 意见【多行】
            提示：可写多条
            """
        )
        questionnaire = accepted(imported)
        assert words(questionnaire.title) == "员工调查"
        assert questionnaire.intro == Text({"zh": "感谢参与。"})
        titles = [words(section.title) for section in questionnaire.sections]
        assert titles == ["一、基本情况", "工作情况"]
        assert questionnaire.items[1].hint == Text({"zh": "可写多条"})
        assert {"guess_role", "language_guessed"} <= codes(imported)

    def test_english_text_works_the_same(self) -> None:
        questionnaire = accepted(
            read(
                """
                # Staff survey
                ## Part one
                1. Sex [single choice, required]
                A. Male
                B. Female
                2. Why? [long text]
                Show if: ${q1} = '2'
                """
            )
        )
        assert questionnaire.languages == ("en",)
        assert questionnaire.items[1].relevant == "${q1} = '2'"


class TestSuspicion:
    @pytest.mark.parametrize(
        "text",
        [
            "您对字(zì)的看法",
            "您好，，请问",
            "您好。。",
            "锟斤拷",
            "a\u200bb的",
            "&nbsp;您好",
            "意见[12]",
        ],
    )
    def test_what_looks_wrong_is_told_and_never_repaired(self, text: str) -> None:
        imported = read(f"1. {text}【填空】")
        assert words(only(imported).label) == text
        assert any(loss.code == "text_suspicious" for loss in imported.losses)

    @pytest.mark.parametrize(
        "text", ["真的吗？！", "等等……", "他说——好", "A/B (test)", "满意（好）吗"]
    )
    def test_ordinary_writing_is_not_suspicious(self, text: str) -> None:
        assert "text_suspicious" not in codes(read(f"1. {text}【填空】"))


class TestHostileText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
    def test_the_encoding_is_found(self, encoding: str) -> None:
        assert words(only(read("1. 您的姓名【填空】", encoding)).label) == "您的姓名"

    @pytest.mark.parametrize(
        "content", [b"", b"\n \n", b"\x00\x01\x02", b"\xff\xff\xff", b"only words"]
    )
    def test_what_holds_no_questions_is_refused(self, content: bytes) -> None:
        assert refusal(FORMAT.read(content, "x.txt"))

    def test_sizes_are_bounded(self) -> None:
        assert str(MAX_LINES) in refusal(FORMAT.read(b"A. x\n" * 400_000, "x.txt"))
        many = "".join(f"{n}. 题目\n" for n in range(MAX_LINES - 1))
        assert str(MAX_ITEMS) in refusal(FORMAT.read(many.encode(), "x.txt"))

    @pytest.mark.parametrize("line", ["【", "(", "A. ", "，", "A. x ", "1=a ", "□ a", "跳到第"])
    def test_a_line_without_end_is_taken_as_it_is(self, line: str) -> None:
        found = only(FORMAT.read(f"1. 题{line * 50_000}".encode(), "x.txt"))
        assert found.kind in ("short_text", "long_text")

    @pytest.mark.parametrize("line", ["loose\n", "A. x\n", "1. Q\n", "- x\n", "(1) x\n", "□a □b\n"])
    def test_the_work_grows_with_the_text(self, line: str) -> None:
        def run(lines: int) -> object:
            return FORMAT.read(f"1. Q\n{line * lines}".encode(), "x.txt")

        assert grows_evenly(run, 400)

    def test_a_condition_that_is_none_is_flagged(self) -> None:
        imported = read("1. 题【填空】\n2. 题【填空】\n显示条件：${q9} = (((")
        assert accepted(imported).items[1].relevant is None
        assert imported.flagged == 1


class TestWriting:
    TEXT = """\
    # 员工调查
    感谢参与。

    ## 基本情况

    1. 性别【单选，必填】
    A. 男
    B. 女

    2. 部门【多选，最多2项】
    提示：可选两项
    A. 办公室
    B. 财务处
    C. 其他____
    D. 无【互斥】

    ## 评价

    3. 作风【量表】
    A. 好（3分）
    B. 差（1分）
    C. 不了解【不计分】

    4. 各方面【矩阵】
    行：服务；态度
    A. 满意
    B. 不满意

    5. 排序【排序，前2】
    A. 甲
    B. 乙
    C. 丙

    6. 年龄【数字，18-65】
    显示条件：${q1} = '1'

    7. 建议【多行，500字以内】

    8. 评分【评分，5星】
    """

    def test_text_read_and_written_is_the_same_text(self) -> None:
        text = dedent(self.TEXT)
        questionnaire = accepted(read(text))
        assert FORMAT.write is not None
        written = FORMAT.write(questionnaire, ".txt")
        assert written.content.decode() == text
        assert not written.losses
        assert accepted(FORMAT.read(written.content, "form.txt")) == questionnaire

    def test_conditions_follow_the_options_to_their_new_values(self) -> None:
        questionnaire = loaded(
            """
            - {id: side, kind: single_choice, label: 边,
               options: [{value: east, label: 东}, {value: west, label: 西}]}
            - {id: why, kind: short_text, label: 因, relevant: "${side} = 'west'"}
            """
        )
        assert FORMAT.write is not None
        written = FORMAT.write(questionnaire, ".txt").content
        again = accepted(FORMAT.read(written, "form.txt"))
        assert again.items[1].relevant == "${q1} = '2'"

    def test_what_text_cannot_say_is_told(self) -> None:
        items = """
        - {id: u, kind: unit, label: {zh: 单位, en: Unit}}
        - {id: s, kind: scale, scale: mark, label: {zh: 评, en: Mark}, constraint: ". != 'dk'"}
        """
        assert FORMAT.write is not None
        losses = FORMAT.write(loaded(items, SCALE), ".txt").losses
        assert {(loss.code, str(loss.values.get("key", ""))) for loss in losses} == {
            ("export_kind", ""),
            ("export_setting", "en"),
            ("export_setting", "constraint"),
            ("export_setting", "negative"),
        }

    def test_what_text_says_of_order_answers_and_choices_comes_back(self) -> None:
        questionnaire = loaded(
            """
            - {id: a, kind: multiple_choice, label: 用过,
               options: [{value: x, label: 甲}, {value: y, label: 乙}]}
            - {id: b, kind: single_choice, label: '选了${a}，哪个好', carry_forward: {item: a},
               options: [{value: x, label: 甲}, {value: y, label: 乙}]}
            """
        )
        shuffled = questionnaire.sections[0].model_copy(update={"random_order": True})
        assert FORMAT.write is not None
        mixed = questionnaire.model_copy(update={"sections": (shuffled,)})
        written = FORMAT.write(mixed, ".txt")
        again: Any = accepted(FORMAT.read(written.content, "form.txt"))
        assert again.sections[0].random_order
        assert again.items[1].label.get("zh") == "选了${q1}，哪个好"
        assert again.items[1].carry_forward.model_dump() == {"item": "q1", "which": "chosen"}


class TestQuoting:
    @pytest.mark.parametrize(
        ("written", "which"),
        [
            ("引用第1题选中的选项", "chosen"),
            ("引用第1题未选中的选项", "not_chosen"),
            ("沿用第1题选择的选项", "chosen"),
            ("options not chosen in question 1", "not_chosen"),
        ],
    )
    def test_options_come_from_an_earlier_question(self, written: str, which: str) -> None:
        text = f"1. 用过【多选】\nA. 甲\nB. 乙\n2. 最好【单选】【{written}】\nA. 甲\nB. 乙\n"
        item: Any = accepted(FORMAT.read(text.encode(), "f.txt")).items[1]
        assert item.carry_forward.model_dump() == {"item": "q1", "which": which}

    @pytest.mark.parametrize("written", ["[Q1]", "【Q1】", "[第1题]", "[第1题答案]"])
    def test_a_text_shows_an_earlier_answer(self, written: str) -> None:
        text = f"1. 几天【数字】\n2. （请填写 {written} 天的行程）【填空】\n"
        label = accepted(FORMAT.read(text.encode(), "f.txt")).items[1].label
        assert label.get("zh") == "（请填写 ${q1} 天的行程）"

    def test_a_question_that_is_not_there_is_told(self) -> None:
        imported = FORMAT.read("1. 见 [Q9]【填空】".encode(), "f.txt")
        assert accepted(imported).items[0].label.get("zh") == "见 [Q9]"
        assert lost(imported, "piping_fixed").values["text"] == "[Q9]"

    @pytest.mark.parametrize("line", ["（每题随机排列）", "题目随机"])
    def test_the_questions_of_a_part_in_random_order(self, line: str) -> None:
        text = f"# 问卷\n## 一、看法\n{line}\n1. 甲【填空】\n2. 乙【填空】\n"
        made = accepted(FORMAT.read(text.encode(), "f.txt"))
        assert [section.random_order for section in made.sections] == [True]
        assert made.sections[0].intro is None


class TestLevelsInOneLine:
    LINES = "4. 您对食堂满意吗？【量表】\n很满意 满意 一般 不满意 很不满意\n5. 下一题【填空】"

    @staticmethod
    def levels(imported: Imported) -> list[str]:
        made = accepted(imported)
        first = made.items[0]
        assert first.kind == "scale"
        return [words(level.label) for level in made.scales[first.model_dump()["scale"]]]

    def test_beneath_the_question(self) -> None:
        imported = read(self.LINES)
        assert self.levels(imported) == ["很满意", "满意", "一般", "不满意", "很不满意"]
        assert "options_missing" not in codes(imported)
        assert "a line of options" in lost(imported, "guess_role").done("en")

    @pytest.mark.parametrize(
        ("line", "levels"),
        [
            ("评价【量表】很好|好|差", ["很好", "好", "差"]),
            ("评价【量表】很好 好 差", ["很好", "好", "差"]),
            ("评价【评分】很好、好、差【必填】", ["很好", "好", "差"]),
            ("How good? [scale] Very good Fair Poor", ["Very good", "Fair", "Poor"]),
            ("How good? [scale] very good / poor", ["very good", "poor"]),
        ],
    )
    def test_behind_the_tag(self, line: str, levels: list[str]) -> None:
        imported = read(f"1. {line}")
        assert self.levels(imported) == levels
        assert words(only(imported).label) in ("评价", "How good?")

    def test_words_that_cannot_be_told_apart_stay_in_the_question(self) -> None:
        imported = read("1. How good? [scale]\nvery good good bad")
        assert words(only(imported).label) == "How good?\nvery good good bad"
        assert "further line of the question" in lost(imported, "guess_role").done("en")

    def test_lines_of_their_own_are_levels_with_their_spaces(self) -> None:
        assert self.levels(read("1. 题【量表】\n非常 不 满意\n非常 满意")) == [
            "非常 不 满意",
            "非常 满意",
        ]

    def test_a_rate_is_no_pair_of_options(self) -> None:
        assert words(only(read("1. 收入【数值】元/月")).label) == "收入元/月"
        assert "元/月" in words(only(read("1. 收入【单选】元/月\nA. 多\nB. 少")).label)

    @pytest.mark.parametrize(
        ("line", "settings"),
        [
            ("打分【打分】1-10", {"kind": "stars", "stars": 10}),
            ("打分【打分】1-10（必填）", {"kind": "stars", "stars": 10, "required": True}),
            ("打分【打分】\n1-10", {"kind": "stars", "stars": 10}),
            ("打分【打分】0～100分", {"kind": "slider", "min": 0, "max": 100}),
            ("打分【量表】100-0", {"kind": "slider", "min": 0, "max": 100}),
            ("打分【滑块】10-50", {"kind": "slider", "min": 10, "max": 50}),
        ],
    )
    def test_a_range_of_numbers(self, line: str, settings: dict[str, Any]) -> None:
        item = only(read(f"1. {line}"))
        assert words(item.label) == "打分"
        assert settings.items() <= item.model_dump().items()

    def test_a_short_range_makes_the_levels_of_a_scale(self) -> None:
        assert self.levels(read("1. 打分【量表】1-7")) == [str(n) for n in range(1, 8)]
