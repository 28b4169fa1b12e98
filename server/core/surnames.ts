/** Surnames of two characters, as an alternation. */
export const compoundSurnames = '欧阳|司马|上官|诸葛|司徒|东方|独孤|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|夏侯'
/** Surnames of one character, as the inside of a character class, that are rarely anything but names. */
export const plainSurnames =
  '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严魏陶姜戚谢邹喻苏潘葛奚范彭郎鲁韦苗俞袁柳鲍史唐费廉岑薛雷贺倪汤滕罗毕郝邬傅卞齐伍余顾孟黄萧尹姚邵湛汪祁狄臧宋庞熊纪舒屈项祝董杜阮蓝闵席贾娄郭梅盛刁钟徐邱骆夏蔡田樊胡凌霍虞柯昝卢莫裘缪丁邓郁杭洪崔钮龚嵇邢裴陆荣翁甄储靳段焦侯宓蓬仇栾刘景詹龙叶韶黎薄印蒲鄂赖卓屠蒙池乔胥闻党翟谭贡姬申冉宰雍桑桂濮牛燕冀尚温庄晏柴瞿阎慕茹习艾鱼容易廖终暨衡耿满匡寇沃蔚隆巩聂晁勾敖辛阚饶曾沙鞠关荆游竺权盖岳帅涂肖闫代展梁江林邸妥'
/** Surnames that are also everyday words: believed only before 先生 and the like. */
export const everydaySurnames =
  '金华水窦章云奚马凤花方任史安常乐于时皮康元卜平和穆毛米贝明计成戴谈茅麻强路危童颜支管房解应宗宣单包诸左石吉程高万经干封曲家富巫牧车班仰秋仲伊宫宁甘厉祖武符束幸白怀从索咸能苍双劳扶堵郏通边别充连向古居步都弘国文广利越师融冷简丰查后红公'
