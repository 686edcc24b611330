"""Chinese surnames, titles, and common words that begin like a surname."""

from __future__ import annotations

#: The most common surnames of one character, borne by about 85 % of people.
_SINGLE = """
王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖
田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 付
傅 方 白 邹 孟 熊 秦 邱 江 尹 薛 闫 阎 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武 戴 莫
孔 向 汤 温 康 施 洪 季 詹 樊 凌 霍 翁
"""
_DOUBLE = """
欧阳 司马 上官 诸葛 皇甫 东方 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 宇文 端木 百里 南宫
"""
_TITLES = """
局长 处长 科长 股长 部长 厅长 省长 市长 县长 区长 镇长 乡长 村长 院长 校长 园长 所长 站长 队长
班长 组长 行长 社长 馆长 总监 主任 主席 主管 书记 委员 秘书 干事 经理 董事 老板 总 工 老师 教授
医生 大夫 护士 律师 警官 法官 师傅 同志 同事 先生 女士 小姐 阿姨 叔叔 大姐 大哥 领导
"""
_COMMON = """
高度 高温 高峰 高效 高层 高级 高兴 高标 高质 高于 高中 高压 高速 高价 高低 高薪 高考 高龄 马上
马路 马虎 何时 何地 何人 何处 何况 何必 周末 周期 周围 周边 周一 周二 周三 周四 周五 周六 周日
周转 程序 程度 任务 任何 任职 任命 任期 任意 任教 金额 金融 金属 石头 石油 方便 方面 方案 方法
方式 方向 方针 白天 白色 白班 于是 万一 万元 万分 钱款 钱包 严格 严重 严肃 严谨 严厉 严查 向上
向下 向前 向导 田地 田间 龙头 江边 许多 许可 林地 林业 黄色 黄金 夏天 夏季 夏日 余额 余地 叶子
罗列 武器 陆续 陆地 毛病 毛巾 温度 温馨 温暖 温水 康复 施工 施行 季度 季节 洪水 孔洞 汤水 段落
雷同 史料 钟头 范围 范本 尹始 贺卡 顾客 顾虑 付款 付出 付费 孟夏 秦汉 莫名 莫非 胡乱 胡同 朱红
曾经 马桶 田野 石材 金钱 白领 高管 高原 高空 高铁 程控 任重 方才 方可 严禁 严控 严防 洪涝 施肥
施救 温控 康养 季末 段位 汪洋 杜绝 谢谢 谢绝 宋体 唐突 许久 江河 江湖 林区 林木 梁柱 沈阳 苏州
郑州 徐州 杨树 李子 陈旧 陈述 陈列 张贴 张力 张口 吴江 孙子 黄昏 黄线 余下 于此 史上 万能 钱财
向来 向着 老师 许昌 高手 张罗 毛衣 温差 汤圆 施压 田径 常常 白菜 金库 康乐 谢意 贺信 段子 孔雀
石墨 姜汤 董事 于今 任性 任免 范畴
"""
SURNAMES = "".join(_SINGLE.split())
#: Surnames of two characters, and titles that follow a name: alternatives of a pattern.
DOUBLE_SURNAMES, TITLES = "|".join(_DOUBLE.split()), "|".join(_TITLES.split())
#: Common words whose first character is a surname.
COMMON_WORDS = frozenset(_COMMON.split())
