import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskRaw } from '../../server/core/masking-raw.ts'
import { maskText } from '../../server/core/masking.ts'

describe('given a text with personal data', () => {
  test.each([
    ['a mobile number', '请回电13812345678谢谢', '请回电***谢谢'],
    ['a mobile number with hyphens', '138-1234-5678', '***'],
    ['a mobile number with blanks', '电话 138 1234 5678。', '电话 ***。'],
    ['a mobile number with the country', '+86 13812345678', '***'],
    ['a mobile number run together with the country', '008613812345678', '***'],
    ['a mobile number with dots', '138.1234.5678', '***'],
    ['a mobile number with what cannot be seen between its digits', '138\u200b1234\u200b5678', '***'],
    ['full-width digits', '电话：１３８１２３４５６７８', '电话：***'],
    ['a landline', '0933-8212345', '***'],
    ['a landline in brackets with extension', '(0933)8212345-801', '***'],
    ['a local number after its cue', '联系电话：8212345', '联系电话：***'],
    ['an American number', 'call (213) 555-1234 or 213.555.1234', 'call *** or ***'],
    ['an American number run together', 'phone: 2135551234', 'phone: ***'],
    ['an ID number', '身份证620802199001011234办理', '身份证***办理'],
    ['an ID number ending in X', '62080219900101123X', '***'],
    ['an old ID number', '620802900101123', '***'],
    ['an ID number in groups', '620802 19900101 1234', '***'],
    ['a bank card', '6222 0212 3456 7890 123', '***'],
    ['a plate', '甘L·12345乱停', '甘L·***乱停'],
    ['a plate with blanks', '甘 L 12345', '甘 L·***'],
    ['a plate without dot', '甘L12345', '甘L·***'],
    ['a plate of a new-energy car', '陕AD12345占道', '陕A·***占道'],
    ['an American plate', 'license plate: 7ABC123', 'license plate: ***'],
    ['an e-mail address', '发到wang.xm@example.com.cn', '发到***'],
    ['a flat', '12号楼3单元502室', '*号楼*单元*室'],
    ['a flat without 室', '3号楼2单元502', '*号楼*单元*'],
    ['a flat in Chinese numerals', '十二号楼三单元', '*号楼*单元'],
    ['a flat in short', '阳光小区3-2-501漏水', '阳光小区*漏水'],
    ['a house', '解放路12号门口', '解放路*号门口'],
    ['a house with part', '解放路 12-3号', '解放路*号'],
    ['an American house', '2111 W BELLEVUE AVE, 90026', '* W BELLEVUE AVE, 90026'],
    ['an American flat', '100 N Main St Apt 4B', '* N Main St Apt *'],
    ['a name before 先生', '张先生反映路灯不亮', '张**反映路灯不亮'],
    ['a full name before 女士', '李小红女士投诉', '李**投诉'],
    ['a compound surname', '欧阳女士', '欧阳**'],
    ['an everyday surname before 先生', '高先生来电', '高**来电'],
    ['a teacher', '刘老师家长群', '刘**家长群'],
    ['somebody half masked already', '王某某称', '王**称'],
    ['a name after its cue', '联系人：王小明，电话13812345678', '联系人：王**，电话***'],
    ['a name of one character after its cue', '姓名：王，男', '姓名：王**，男'],
    ['a rare name after its cue', '联系人:买买提', '联系人:买**'],
    ['a caller', '来电人王小明反映噪声', '来电人王**反映噪声'],
    ['a caller and his number', '来电人王小明13812345678', '来电人王*****'],
    ['a citizen who called', '市民王小明来电反映路灯不亮', '市民王**来电反映路灯不亮'],
    ['a citizen and his number', '市民王小明(电话13812345678)', '市民王**(电话***)'],
    ['a citizen and a blank', '市民王小明 电话13812345678', '市民王** 电话***'],
    ['a WeChat account', '微信号zhang_san123', '微信号***'],
    ['a passport', '护照号G12345678', '护照号***'],
    ['an ID number in two groups', '62080219900101 1234', '***'],
    ['an ID number in four groups', '620802 1990 0101 1234', '***'],
    ['an ID number in other groups', '620802-1990-0101-123X', '***'],
    ['a bank card in three groups', '6222021 2345678 90123', '***'],
    ['a bank card with dots', '6222.0212.3456.7890', '***'],
    ['a mobile number in brackets', '(138)00138000', '***'],
    ['a mobile number with one dot', '138.00138000', '***'],
    ['a mobile number with slashes', '138/0013/8000', '***'],
    ['a mobile number with commas', '138,0013,8000', '***'],
    ['a mobile number with underscores', '138_0013_8000', '***'],
    ['a mobile number on three lines', '138\n0013\n8000', '***'],
    ['a mobile number with two blanks', '138  0013  8000', '***'],
    ['a full-width plate', '甘Ｌ１２３４５乱停', '甘L·***乱停'],
    ['a name after 姓名 without a colon', '姓名张三', '姓名张**'],
    ['a name before 反映', '张三反映路灯不亮', '张**反映路灯不亮'],
    ['a name before 来电', '您好，王小明来电投诉噪声', '您好，王**来电投诉噪声'],
    ['a name before its number', '张三（13800138000）', '张**（***）'],
    ['somebody who says who he is', '我是张三，住崆峒区', '我是张**，住崆峒区'],
    ['a landline with its cue', '固话861-2345', '固话***'],
    ['a permit', '港澳通行证H12345678', '港澳通行证***'],
    ['an officer’s number', '军官证 军字第1234567号', '军官证 军字第***号'],
    ['a QQ number', 'QQ123456', 'QQ***'],
    ['circled digits', '电话①③⑧⓪⓪①③⑧⓪⓪⓪。', '电话***。'],
    ['Arabic digits', '电话١٣٨٠٠١٣٨٠٠٠', '电话***'],
    ['Devanagari digits', '१३८००१३८०००', '***'],
    ['digits of mathematics', '𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎号', '***号'],
    ['digits as references', '回电&#49;&#51;&#x38;00138000谢谢', '回电***谢谢'],
    ['digits with blanks of HTML', '138&nbsp;0013&nbsp;8000', '***'],
    ['digits with blanks of an address', '138%200013%208000', '***'],
    ['digits as escapes of an address', '%31%33%3800138000', '***'],
    ['an American name', 'Reported by: John Smith', 'Reported by: **'],
    ['an American title', 'Mrs. Mary Jones called', 'Mrs. ** called'],
  ])('when it holds %s, then that is masked', (_, text, masked) => {
    expect(maskText(text)).toBe(masked)
  })

  test.each([
    '6月12号停水',
    '2024-06-30 15:30:00',
    '20240630153000',
    '12/31/2017 11:59:58 PM',
    '拨打12345或110',
    '1号泵站停机',
    '地铁2号线',
    '工程款1250000.50元',
    '12户居民、5楼走廊',
    '2室1厅租金补贴',
    '解放路2号桥积水',
    '来电人反映路灯不亮',
    '语文老师体罚',
    '市民反映路灯不亮',
    '居民满意度调查',
    '群众文化中心(二期)',
    '微信小程序打不开',
    '微信公众号gszq12345',
    '坐标106.68352139',
    '3 cars parked on Main St',
    'Bulky Items',
    '崆峒镇第3小学门口积水',
    'SR 1-870704831',
    '投资12,345,678.90元',
    '收入13,800,138,000元',
    '2026-11-24 09:05',
    '2026-11-24 09:05:00至2026-11-25 18:30:00',
    '1990-12-31 10:30',
    '坐标106.68352139,35.54281733',
    '坐标135.01234567',
    '编号20261124001',
    '增长5%20户',
    'PM₂.₅ 35µg/m³',
    '周边居民反映路灯不亮',
    '景区投诉',
    '党员反映问题',
    '王家村反映停水',
    '张庄投诉',
    '孙女来电',
    '姓名不详',
    '我是党员，反映路灯不亮',
    '严重投诉件',
    '何时反映的',
    '柳湖镇来电',
    '证件办理',
    'QQ音乐',
    '音量100%以内',
    'Ｐ＋Ｒ停车场①号口',
  ])('when it is only %s, then it stays as it is', (text) => {
    expect(maskText(text)).toBe(text)
  })
})

describe('given any text', () => {
  const fragments = fc.constantFrom(
    ...[
      '13812345678',
      '138',
      '1',
      '０',
      '62',
      '20240630',
      ' ',
      '-',
      '.',
      '@',
      'a.b',
      '甘L',
      '张',
      '王小明',
      '先生',
      '女士',
      '联系人：',
      '来电人',
      '姓名:',
      '电话',
      '号楼',
    ],
    ...[
      '单元',
      '室',
      '路',
      '小区',
      '号',
      '解放',
      '12',
      '3-2',
      'Apt ',
      'MAIN',
      ' ST',
      ' AVE',
      'Mr. ',
      'Smith',
      'name: ',
      'plate: ',
      '门牌',
      '反映',
      '某',
      '老师',
      '楼',
      '*',
      '(',
      ')',
      '+86',
      '①',
      '１',
      '&#49;',
      '%31',
      '反映',
      '姓名',
      '转',
      '\n',
    ],
  )
  const hostile = fc.array(fragments, { maxLength: 14 }).map((parts) => parts.join(''))

  test('when it is masked twice, then the second time changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 5, arbitrary: hostile }, fc.string({ unit: 'binary' })), (text) => {
        const once = maskText(text)
        expect(maskText(once)).toBe(once)
      }),
      { numRuns: 5_000 },
    )
  })

  test('when one mask hides what kept another from seeing its own, then both are masked', () => {
    expect(maskText('plate: 1MAIN13812345678')).toBe('plate: ******')
  })

  test('when another line calls for every mask there is, then it is masked the same: no mask is left out for want of a cue', () => {
    const cues = '@ 1 一 先生 name'
    expect(maskText(cues)).toBe(cues)
    fc.assert(
      fc.property(fc.oneof({ weight: 5, arbitrary: hostile }, fc.string({ unit: 'binary' })), (text) => {
        expect(maskText(`${cues}\n${text}`)).toBe(`${cues}\n${maskText(text)}`)
      }),
      { numRuns: 5_000 },
    )
  })

  test('when a number of eleven digits stands in it after anything, then no digit of it is left', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^1[3-9][0-9]{9}$/), (before, mobile) => {
        expect(maskText(`${before}电${mobile}话`)).not.toContain(mobile)
      }),
    )
  })

  const long = 100_000
  test.each([
    ['digits', '1'],
    ['digits with gaps', '1 3'],
    ['letters', 'a'],
    ['at signs', 'a@'],
    ['dots', 'a.a@a.'],
    ['surnames', '张'],
    ['cues', '联系人：'],
    ['callers', '来电人王'],
    ['house numbers', '12号'],
    ['words', '1 a a a a '],
    ['hyphens', '1-'],
    ['quotes', '"'],
    ['keys', '"name":"\\"'],
    ['keys with blanks', '"name"   '],
    ['elements', '<name '],
    ['assignments', 'a=b='],
    ['escapes', '\\u0031'],
    ['commas', 'name,'],
    ['backslashes', '"name":"\\'],
    ['blanks', ' '],
    ['names', 'name: a '],
    ['references', '&#49;'],
    ['circled digits', '①'],
    ['foreign digits with gaps', '١ '],
    ['callers', '张三'],
    ['groups of digits', '620802 '],
    ['slashes', '138/'],
    ['numerals', '一'],
    ['nests', '{"name":[[{"a":'],
    ['escaped keys', '\\"name\\":\\"'],
    ['closed elements', '<name><name></name>'],
    ['sections', '<name><![CDATA[x]'],
    ['attributes', '<a name="'],
  ])('when it is 100 kB of %s, then masking is done before anybody notices', (_, unit) => {
    const text = unit.repeat(long / unit.length)
    const started = performance.now()
    maskText(text)
    maskRaw(text)
    // ten times what the slowest takes; a quadratic pattern would take minutes
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('given a refused message to be kept', () => {
  test.each([
    [
      'JSON',
      '{"id":"W1","linkman":"王小明","contactPhone":"13812345678","title":"路灯"}',
      '{"id":"W1","linkman":"***","contactPhone":"***","title":"路灯"}',
    ],
    ['JSON with a number', '{"phone": 8212345, "n": 3}', '{"phone": "***", "n": 3}'],
    ['JSON with escaped Chinese', '{"\\u59d3\\u540d":"\\u738b\\u5c0f\\u660e","a":"\\u0022"}', '{"姓名":"***","a":"\\u0022"}'],
    ['JSON that is cut off', '{"id":"W1","caller_name":"王小', '{"id":"W1","caller_name":"***"'],
    ['JSON that ends in a backslash', '{"addr":"a\\', '{"addr":"***"'],
    ['JSON with a list of names', '{"contacts":["王小明","李红"],"n":[1]}', '{"contacts":"***","n":[1]}'],
    ['JSON with an address in parts', '{"address":{"street":"解放路","no":12}}', '{"address":"***"}'],
    ['JSON with the name in an object in a list', '{"contacts":[{"name":"王小明"}]}', '{"contacts":[{"name":"***"}]}'],
    ['JSON with the name of an applicant', '{"applicantName":"王小明","申请人":"李红"}', '{"applicantName":"***","申请人":"***"}'],
    ['what takes itself for JSON', "{'name': '王小明', 'n': 'x'}", "{'name': '***', 'n': 'x'}"],
    ['XML', '<o><id>1</id><姓名 lang="zh">王小明</姓名></o>', '<o><id>1</id><姓名 lang="zh">***</姓名></o>'],
    ['XML with CDATA', '<o><姓名><![CDATA[王小明]]></姓名><t><![CDATA[灯]]></t></o>', '<o><姓名><![CDATA[***]]></姓名><t><![CDATA[灯]]></t></o>'],
    ['XML with prefixes', '<u:name>王小明</u:name><u:title>灯</u:title>', '<u:name>***</u:name><u:title>灯</u:title>'],
    ['XML with attributes', "<q name=\"王五\" n='1' 姓名='赵六'/><t>灯</t>", "<q name=\"***\" n='1' 姓名='***'/><t>灯</t>"],
    ['XML with elements in elements', '<联系人 > <姓>王</姓> <名>五</名></联系人><t>灯</t>', '<联系人 > <姓>***</姓> <名>***</名></联系人><t>灯</t>'],
    ['XML that is cut off', '<o><姓名>王小明<t>灯</t>', '<o><姓名>***<t>灯</t>'],
    ['JSON with lists in a list', '{"联系人":["张三",["李四", 7]],"n":[["x"]]}', '{"联系人":["***",["***", "***"]],"n":[["x"]]}'],
    ['JSON in JSON', '{"note":"{\\"name\\":\\"张三\\",\\"n\\":\\"x\\"}"}', '{"note":"{\\"name\\":\\"***\\",\\"n\\":\\"x\\"}"}'],
    ['a form', 'id=1&name=wang&tel=8212345', 'id=1&name=***&tel=***'],
    ['CSV', 'id,姓名,title\n1,王小明,灯\n2,"李, 红",路\n', 'id,姓名,title\n1,***,灯\n2,***,路\n'],
    ['CSV with an empty field', 'id,Address,x\r\n1,,a\r\n2,b,c', 'id,Address,x\r\n1,,a\r\n2,***,c'],
    ['CSV without a personal column', 'id,title\n1,灯', 'id,title\n1,灯'],
    ['plain text', '张先生 13812345678', '张** ***'],
    ['keys of other things', '{"unitName":"住建局","mobileOs":"x"}', '{"unitName":"住建局","mobileOs":"x"}'],
  ])('when it is %s, then what names a person is masked and the rest can be read', (_, raw, masked) => {
    expect(maskRaw(raw)).toBe(masked)
    expect(maskRaw(masked)).toBe(masked)
  })
})
