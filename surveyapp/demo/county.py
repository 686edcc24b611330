"""The invented county: names of units and people. Any likeness to real ones is chance."""

from __future__ import annotations

from questionnaires import Text

COUNTY = Text({"zh": "云溪县（虚构）", "en": "Yunxi County (invented)"})

_TOWNSHIPS = (
    ("云岫镇", "Yunxiu Town"),
    ("枫浦镇", "Fengpu Town"),
    ("松岚镇", "Songlan Town"),
    ("柏川镇", "Baichuan Town"),
    ("澄湾镇", "Chengwan Town"),
    ("棠坞镇", "Tangwu Town"),
    ("荷渚镇", "Hezhu Town"),
    ("雁回镇", "Yanhui Town"),
    ("梅隐镇", "Meiyin Town"),
    ("竹泠乡", "Zhuling Township"),
    ("砚田乡", "Yantian Township"),
    ("霁岭乡", "Jiling Township"),
    ("桑陌乡", "Sangmo Township"),
    ("芦汀乡", "Luting Township"),
    ("茶垄乡", "Chalong Township"),
    ("杏屿乡", "Xingyu Township"),
    ("麦浪乡", "Mailang Township"),
    ("鹿鸣坪乡", "Lumingping Township"),
)

_PEOPLE = (
    ("尹知遥", "Yin Zhiyao"),
    ("阮清和", "Ruan Qinghe"),
    ("纪云舒", "Ji Yunshu"),
    ("裴望舒", "Pei Wangshu"),
    ("骆一苇", "Luo Yiwei"),
    ("甘如霖", "Gan Rulin"),
    ("祁远山", "Qi Yuanshan"),
    ("岑晓笛", "Cen Xiaodi"),
    ("柏景行", "Bai Jingxing"),
    ("蔺长风", "Lin Changfeng"),
    ("邬思齐", "Wu Siqi"),
    ("宗若水", "Zong Ruoshui"),
    ("晏北辰", "Yan Beichen"),
    ("鄢采薇", "Yan Caiwei"),
    ("解明川", "Xie Mingchuan"),
    ("冼秋实", "Xian Qiushi"),
    ("柯安澜", "Ke Anlan"),
    ("闵含章", "Min Hanzhang"),
    ("屈立言", "Qu Liyan"),
    ("仇嘉木", "Qiu Jiamu"),
    ("单雨桐", "Shan Yutong"),
    ("晁守拙", "Chao Shouzhuo"),
    ("印霜白", "Yin Shuangbai"),
    ("郗若谷", "Xi Ruogu"),
    ("逄既明", "Pang Jiming"),
    ("亓书航", "Qi Shuhang"),
    ("荀令仪", "Xun Lingyi"),
    ("臧未央", "Zang Weiyang"),
    ("滑静姝", "Hua Jingshu"),
    ("强半夏", "Qiang Banxia"),
    ("厉春和", "Li Chunhe"),
    ("竺松年", "Zhu Songnian"),
    ("阚予安", "Kan Yu'an"),
    ("桑知白", "Sang Zhibai"),
    ("巫月朗", "Wu Yuelang"),
    ("卓见微", "Zhuo Jianwei"),
)

TEAM_SIZE = 4
UNITS_PER_TEAM = 2


def townships() -> list[Text]:
    return [Text({"zh": zh, "en": en}) for zh, en in _TOWNSHIPS]


def people() -> list[Text]:
    return [Text({"zh": zh, "en": en}) for zh, en in _PEOPLE]


def team_name(number: int) -> Text:
    return Text({"zh": f"第{number}走访组", "en": f"Visiting team {number}"})


def home_of(person: int) -> int:
    """Index of the home township of a person: two people from each, none in the own team's two."""
    team, place = divmod(person, TEAM_SIZE)
    offset = (2, 3, 6, 7)[place]
    return (team * UNITS_PER_TEAM + offset) % len(_TOWNSHIPS)
