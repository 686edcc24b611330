"""Faulty wording in Chinese. Each function returns the words at fault, or an empty string.

Texts come in simplified characters with term slots masked. Patterns are narrow on purpose: a
word counts only where the sentence around it makes it a fault.
"""

from __future__ import annotations

import re

from questionnaires.lint.patterns import any_of, compiled

#: Longest question, row and option in characters: a convention, about two lines on a telephone.
MAX_QUESTION, MAX_ROW, MAX_OPTION = 60, 40, 40

_BRACKETS = re.compile(r"[（(][^（）()]*[)）]|《[^》]*》|【[^】]*】|[“\"「][^”\"」]*[”\"」]")
_NUMBERING = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*")
_ASIDE = re.compile(
    r"^(?:过去|最近|近|自|当|如果|若|与|和|跟|比起|作为|总体|除)[^，,]*[，,]"
    r"|^[^，,]*(?:时|后|前|以来|相比|期间|过程中|以后|以前|来看|来说|来讲|情况下)[，,]"
    # What is to be borne in mind may be a list; the question begins where it speaks to somebody.
    r"|^(?:结合|综合|考虑|回想|回顾|对照)[^？?]*[，,](?=[您你])"
)


def _bare(text: str) -> str:
    """Return the sentence without numbering, brackets, quotations and a clause of time."""
    return _ASIDE.sub("", _NUMBERING.sub("", _BRACKETS.sub("", text)))


def size(text: str) -> int:
    """Count characters; a Latin word or a number counts as one."""
    return len(re.findall(r"[\u3400-\u9fff]|[A-Za-z0-9.%]+", text))


# ---------------------------------------------------------------- two things at once

#: Words in which the signs for "and" mean something else.
_NOT_AND = re.compile(
    r"参与|与会|与否|与其|与此|和谐|和平|和睦|和解|和蔼|和气|温和(?!湿)|缓和|总和|饱和|共和|附和"
    r"|平和|柔和"
    r"|及时|普及|涉及|及格|触及|提及|惠及|顾及|波及|危及|遍及|及其|来得及|来不及|及早|及至|埃及"
    r"|并不|并非|并未|并没|合并|一并|并列|并入|尚且|况且|暂且|姑且"
)
_FIXED = re.compile(
    r"意见(?:和|与|、|及)建议|权利(?:和|与)义务|党和(?:政府|国家|人民)|政策(?:和|、)?法规"
    r"|法律(?:和|、)法规"
    r"|规章(?:和|、)制度|爸爸?(?:和|、)妈妈?|父亲?(?:和|与)母亲?|男性?(?:和|、)女性?|老(?:和|、)少"
    r"|住房和城乡建设|人力资源和社会保障|卫生和健康|文化和旅游|工业和信息化|自然资源和规划"
    r"|发展和改革|研究(?:和|与|、)开发|监测(?:和|与)评估|检验(?:和|与)检疫"
    r"|人大(?:和|、)政协|吃喝|柴米油盐|衣(?:、)?食(?:、)?住(?:、)?行|周六(?:和|、)周日|收入(?:和"
    r"|与)支出"
    r"|[一二三四五六七八九十\d]、[一二三四五六七八九十\d]"
)
_RELATION = (
    r"相比|相较|相处|沟通|交流|合作|配合|协作|联系|打过?交道|之间|关系|兼顾|平衡|结合|匹配|相符"
    r"|相适应|一致|差异"
    r"|差距|区别|衔接|协调|往来|来往|互动|联动|对接|融合|不同|分开|合署|比例|换算|界限|矛盾"
)
_RELATED = re.compile(
    rf"^(?:您|你|我)与|(?:和|与|跟)(?!{_RELATION})[^，。？?]{{1,16}}?(?:{_RELATION})"
    rf"|[^，。？?]*之间"
    r"|(?:兼顾|平衡|协调|统筹|区分|处理好|衔接|对比|比较)[^，。？?和与及]{1,10}(?:和|与|及)"
)
_ABOUT = re.compile(
    r"(?:涉及|关于|有关|包括|针对|影响|用于|面向|含有|适合)[^，。？?]*(?:和|及|与|、)[^，。？?]*?的"
)
#: A joint inside the name of an authority or of a law.
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:和|与|及)[\u4e00-\u9fff]{2,10}?"
    r"(?:局|厅|署|委员会|协会|条例|办法|法(?=[的，。？?]|$))"
)
_AND_SO_ON = re.compile(r"[^，。？?]*、[^，。？?]*?等")
_AND = re.compile(
    r"[\u4e00-\u9fffA-Za-z〇]{1,8}(?:以及|并且|而且|和|及|与|、|并|且)[\u4e00-\u9fffA-Za-z〇]{1,8}"
)


#: "does this, and also that"; after a condition or a concession "also" joins nothing.
_ALSO = re.compile(r"^[^，。？?]{4,}，(?:同时)?(?:也|又|还|并且|而且)[^，。？?的]{3,}")
_BOTH = re.compile(
    r"(?<![一而却])又[^，。？?又]{1,8}[，]?又[^，。？?]{1,8}|既[^，。？?]{1,12}[，]?(?:又|也)[^，。？?]{1,12}"
)
_CONDITION = re.compile(
    r"即使|即便|哪怕|就算|尽管|虽然?|如果|要是|只要|只有|无论|不论|不管|除了?|当|遇到|碰到|一旦"
    r"|[时后前]，"
)


def two_things(text: str) -> str:
    """Two things joined by "and" under one judgement."""
    sentence = _bare(text)
    sentence = _ABOUT.sub("", sentence)
    for pattern in (_NAME, _NOT_AND, _FIXED):
        sentence = pattern.sub(lambda match: "〇" * len(match[0]), sentence)
    for pattern in (_AND_SO_ON, _RELATED):
        sentence = pattern.sub("", sentence)
    if match := _AND.search(sentence):
        return _restored(match, text)
    if match := _BOTH.search(sentence):
        return match[0]
    also = None if _CONDITION.search(sentence) else _ALSO.search(sentence)
    return also[0] if also else ""


def _restored(match: re.Match[str], text: str) -> str:
    """Quote the joint from the text as written, where masking left it readable."""
    words = match[0].replace("〇", "")
    joint = re.search(r"以及|并且|而且|[和及与、并且]", words)
    if joint is None:
        return words
    around = re.search(rf".{{0,6}}{re.escape(words[max(0, joint.start() - 1) :])}", text)
    return around[0] if around else words


def two_questions(text: str) -> str:
    """Two questions in one item."""
    marks = re.findall(r"[^？?。]+[？?]", _BRACKETS.sub("", text))
    return " ".join(mark.strip() for mark in marks) if len(marks) > 1 else ""


# ---------------------------------------------------------------- leading

_CROWD = any_of(
    "大家 人人 绝大?多数人 大多数人? 多数人 很多人 许多人 群众普遍 普遍 专家们? 研究 有关部门 "
    "上级领导"
)
_GROUP = any_of("家长 居民 群众 学生 职工 员工 市民 同事 网友 村民 患者 老师 教师")
_VIEW = any_of("认为 知道 觉得 指出 表明 证明 建议 同意 赞成 支持 反对 希望 选择")
_PRAISE = any_of(
    "优质 优秀 卓越 先进 贴心 周到 热情周到 辛勤 一流 出色 亲切 高效便捷 英明 正确 重大 创新 惠民"
)
_PRAISED = any_of("服务 工作 领导 决定 决策 举措 成果 产品 政策 团队 教师 措施")
#: A number of people as a share of all of them, which tells what others do.
_SHARE = (
    r"(?:[一二三四五六七八九]成(?:以上|多)?|百分之[一二三四五六七八九十零百]+|\d+(?:\.\d+)?[%％]"
    r"|十之八九)的?"
)
#: Set phrases of praise and blame.
_IDIOM = any_of(
    "深得[民人]心 深受(?:好评|欢迎|喜爱|爱戴) [备广]受(?:好评|欢迎|赞誉) 来之不易 利国利民 "
    "造福\\w{2} 行之有效 有口皆碑 众望所归 大快人心 劳民伤财 怨声载道 民怨沸腾 形同虚设"
)
_BAD_OR_GOOD = any_of(
    "重要 优秀 优惠 严重 好 差 糟糕? 恶劣 混乱 落后 漫长 不合理 不公平? 先进 方便 便宜 贵 繁琐 危险"
)
_LEADING = compiled(
    rf"{_SHARE}[^，。？?]{{0,8}}?(?:都|已经?|均)?(?:{_VIEW}|喜欢|表示|推荐|使用|选)了?[^？?]*[，。；]",
    rf"{_IDIOM}的",
    r"难道|何尝|岂不|[您你](?:不觉得|不认为|不同意)[^。？?]*[吗？?]|对吧|对不对|是吧|不是吗",
    r"谁都(?:知道|清楚|明白|承认)|无人不[知晓]|人所共知|有目共睹|众所周知|毋庸置疑|毫无疑问|事实证明|不可否认|显而易见|引以为[豪傲]",
    rf"{_CROWD}(?:都|也|均|普遍|一致)?{_VIEW}",
    rf"(?:绝?大?多数|不少|许多|很多){_GROUP}(?:都|也|均|普遍)?{_VIEW}",
    r"有(?:些)?人(?:认为|说|指出)(?!.*(?:有些?人|另一些人|也有))",
    r"(?:作为|身为)(?:一名|一个|一位)?(?:合格|有责任心|负责任|优秀|先进|爱国|文明|有良知)的",
    r"身为(?:合格|优秀|先进|爱国|文明|模范)",
    rf"(?:是不是|是否|您|你)(?:应该)?也(?:{_VIEW}|喜欢)",
    rf"(?:一定|肯定|想必|必然|当然)(?:会|也|很|非常|愿意|{_VIEW})",
    rf"{_PRAISE}的[^，。？?]{{0,8}}{_PRAISED}",
    r"取得了?(?:显著|巨大|可喜|辉煌|长足|突出|丰硕)(?:的)?(?:成绩|成效|成果|进步|进展)",
    r"在[^，。？?]{1,14}(?:正确领导|亲切关怀|大力支持|关心支持)下",
    r"随着[^，。？?]{2,20}(?:不断|日益)[^，。？?]{1,8}[，,]",
    r"(?:严重|泛滥|触目惊心|令人发指|骇人听闻)的(?:腐败|浪费|污染|问题|现象)",
    r"(?:如此|这么|那么)(?:重要|优秀|优惠|严重|好|糟糕|不合理)的?",
    rf"(?:如此|这么|这样|那么|这般){_BAD_OR_GOOD}的",
)


def leading(text: str) -> str:
    """Words that hint at an answer."""
    match = _LEADING.search(_BRACKETS.sub("", text))
    return match[0] if match else ""


# ---------------------------------------------------------------- negation

#: Words in which the sign for "not" does not negate.
_NOT_A_NEGATION = re.compile(
    r"(\w{1,2})不\1|有没有|有无|是否|能否|可否|会否|与否"
    r"|而不是|不仅|不但|不断|不同(?!意(?!见))|不少|不论|不管|无论|不错|不过|不久|不只|不止|不得不"
    r"|不可或缺|必不可少|不可缺少"
    r"|不可替代|不良|不便|不当|不动产|不锈钢|不定期|不等|不限|不足|未来|未成年|未婚|无人机|无障碍"
    r"|无线|非常"
    r"|非遗|非法|没关系|莫非|非公|非农|非正式|非机动|无偿|无锡|未央|差不多|从不同|说不上|说不清"
    r"|不了解情况|不合格|不文明|不作为|乱作为|不在岗|不合理|不规范|不公平"
)
_NOT = r"(?:不|没有|没|未|无法|无须|无需|(?<!而)非|从不|从未|不能|不会|不应)"
_NEGATIVE_VERB = r"(?:反对|否认|拒绝|禁止|避免|防止|取消|停止|放弃|减少|排除|缺乏|否定|免除)"
_DOUBLE = re.compile(
    rf"{_NOT}[^，。？?、；]{{0,10}}?{_NOT}|{_NOT}[^，。？?、；]{{0,8}}?(?:反对|否认|拒绝|禁止"
    rf"|取消|缺乏|否定)"
    rf"|(?:反对|否认|禁止|拒绝|同意不|缺乏)[^，。？?、；]{{0,8}}?(?:{_NOT}|取消|禁止|停止)|无不"
    rf"|莫不|无非"
)
_NOT_IS_WRONG = re.compile(
    r"(?<![并而])不(?![同仅但断])[^，。？?、；]{2,8}是不(?:合理|公平|对|应该|合适|妥)"
)
_ALTERNATIVE = re.compile(rf"(?:或者?|还是|和|也){_NOT}|{_NOT}[^，。？?]{{0,6}}(?:也|又){_NOT}")


def double_negative(text: str) -> str:
    """Two negations that turn each other round."""
    if match := _NOT_IS_WRONG.search(text):
        return match[0]
    sentence = _NOT_A_NEGATION.sub(lambda m: "〇" * len(m[0]), _BRACKETS.sub("", text))
    if _ALTERNATIVE.search(sentence):
        return ""
    match = _DOUBLE.search(sentence)
    return text_at(match, sentence, _BRACKETS.sub("", text)) if match else ""


def text_at(match: re.Match[str], masked: str, plain: str) -> str:
    """Return what stands in ``plain`` where the match is in ``masked``, which is as long."""
    return plain[match.start() : match.end()] if len(masked) == len(plain) else match[0]


def negation(text: str) -> str:
    """A negation in a statement."""
    sentence = _NOT_A_NEGATION.sub(lambda m: "〇" * len(m[0]), _BRACKETS.sub("", text))
    match = re.search(rf"{_NOT}[^，。？?、；〇]{{1,4}}", sentence)
    return match[0] if match and not re.search(r"[？?]", sentence) else ""


# ---------------------------------------------------------------- single words

_ABSOLUTE = re.compile(
    r"总是|一直都是?|时时刻刻|随时随地|无时无刻|始终|从不|从来(?:都)?(?:不|没)|从未|永远|一贯|任何时候|每次都"
    r"|所有(?:的)?[^，。？?]{1,10}?都|全部都|一切"
    r"|每一?[件个位次项名条封份笔](?![月年季周]|星期|小时|学期|工作日)[^，。？?]{0,10}?都"
    r"|绝对|百分之百|100%|毫无例外|无一例外|人人都|每个人都|所有人|没有任何|没有一个|任何人"
    r"|任何问题|任何情况"
    r"|完全(?:没有|不|符合|了解|做到|满足|公开)"
)


def absolute(text: str) -> str:
    """A word that allows of no exception."""
    match = _ABSOLUTE.search(_BRACKETS.sub("", text))
    return match[0] if match else ""


_VAGUE_TIME = re.compile(
    r"最近(?!的|一|两|二|三|四|五|六|七|八|九|十|几|半|\d|哪|距|离)|近期|近来|近段时间|前段时间"
    r"|这段时间|前一阵"
)
_VAGUE_OFTEN = re.compile(r"(?<!多)(?:经常|常常|时常|偶尔|频繁)(?:地)?|有时候?会|很多时候|大量")


def vague_time(text: str) -> str:
    """A period that nobody can date."""
    match = _VAGUE_TIME.search(text)
    return match[0] if match else ""


def vague_often(text: str) -> str:
    """A frequency that everybody counts differently."""
    match = _VAGUE_OFTEN.search(text)
    return match[0] if match else ""


_DONE = any_of("参加 满意 愿意 使用 支持 选择 购买 喜欢 去 能")
_GAIN = any_of("好处 变化 改善 帮助 提升 收获 积极 便利 方便 实惠 作用")
_CHANGED = any_of("变[好快轻] 好转 加快 提高 改善 提升 减轻 进步 增加 增长 缩短 节约 节省 降低")
_PRESUMING = compiled(
    r"为什么(?:会)?(?:不|没|讨厌|反对|害怕|抱怨|离)|为何(?:不|没)",
    rf"(?:不|没有?|未){_DONE}[^，。？?]{{0,10}}的(?:主要|最主要)?原因",
    rf"(?:带来|产生|起到)了?(?:哪些|什么|多大)(?:的)?{_GAIN}|哪些(?:收获|好处|变化|改善)",
    rf"{_CHANGED}了?(?:多少|多大)",
    r"(?:最)?(?:讨厌|反感|不满意|厌恶|害怕)(?:的是|哪|什么)",
    r"每天(?:吸|抽|喝)(?:多少|几)|戒(?:烟|酒)(?:多久|多长)",
    r"(?:什么时候|何时)(?:开始)?(?:戒|停止|不再)|多久(?:迟到|旷工|违规|吵架)一次",
    r"遇到了?(?:过)?(?:哪些|什么|哪种)(?:样的)?(?:困难|问题|障碍|麻烦)",
)
_PROVIDED = re.compile(r"如有|如果有|若有|如曾|如果您|若您|假如|（如|\(如|是否")


def presuming(text: str) -> str:
    """Something taken for granted."""
    match = _PRESUMING.search(text)
    return match[0] if match and not _PROVIDED.search(text) else ""


# ---------------------------------------------------------------- form of the question

_DEGREE = re.compile(
    r"程度|满意度|多大|有多(?!少)|怎么样|如何[？?]?\s*$|怎样[？?]?\s*$|打几分|多满意"
)
_WH = re.compile(
    r"程度|满意度|如何|怎样|怎么样|多大|多少|哪|什么|多久|几[次个分]|打分|评分|态度|看法"
)
_YES_NO = re.compile(
    r"是否|是不是|有没有|有无|能否|能不能|可否|会不会|愿不愿意?|(\w{1,2})不\1|(?:吗"
    r"|么)\s*[？?]?\s*$"
)


def yes_no(text: str) -> str:
    """The words that ask for yes or no."""
    sentence = _BRACKETS.sub("", text)
    match = _YES_NO.search(sentence)
    if match is None or _WH.search(sentence[match.start() :]):
        return ""
    tail = re.search(r"(?:吗|么)\s*[？?]?\s*$", sentence)
    if tail and match.start() == tail.start() and _WH.search(sentence):
        return ""
    return match[0]


def asks_degree(text: str) -> str:
    """The words that ask for a degree."""
    sentence = _BRACKETS.sub("", text)
    match = _DEGREE.search(sentence)
    return match[0] if match and not yes_no(text) else ""


_ASKED = {
    "satisfaction": r"满意程度|满意度|多满意|有多满意|是否满意",
    "agreement": r"同意程度|认同程度|赞成程度|多大程度上(?:同意|认同|赞成)",
    "frequency": r"多久[^，。？?]{0,12}一次|频率|频次|频繁程度|多经常",
    "importance": r"重要程度|有多重要|重要性",
    "likelihood": r"可能性|有多大可能",
    "clarity": r"清楚程度|清晰程度|明确程度",
    "fairness": r"公平程度|公正程度",
    "completeness": r"完善程度|健全程度",
    "ease": r"难易程度|方便程度|便利程度",
    "trust": r"信任程度",
    "familiarity": r"了解程度|熟悉程度|知晓程度",
}


def asked_family(text: str) -> str:
    """What sort of degree is asked for."""
    hits = [family for family, words in _ASKED.items() if re.search(words, _BRACKETS.sub("", text))]
    return hits[0] if len(hits) == 1 else ""
