/** What the name of a field says of its value: of JSON, XML, forms and columns. */

/** Names whose values are a person's, as `plainName` writes them. */
const personal =
  /(?:phone|mobile|tel|telephone|(?:phone|mobile|tel|telephone)(?:no|num|number)|linkman|caller|callername|contact|contacts|contactname|contactperson|proposer|idcard|idcardno|idno|idnumber|certno|cardno|cardnumber|bankcard|bankaccount|plate|plateno|platenumber|email|mail|address|addr|(?:addr|address)detail|housenumber|houseno|roomno|doorno|carno|wechat|weixin|qq|(?:applicant|citizen|reporter|complainant|petitioner|proposer)(?:name)?|(?:customer|owner|resident)name|lxdh|lxr|sjh|sfzh|dz|xm|姓名|联系人|来电人|诉求人|反映人|申请人|投诉人|举报人|报警人|当事人|户主|业主|微信|微信号|电话|手机|手机号|号码|身份证|身份证号|身份证编号|证件号|证件编号|车牌|车牌号|卡号|银行账号|邮箱|地址|住址)$|^(?:name|realname|fullname|username|personname)$/

/** Names whose values number orders, devices or instants: long numbers that are nobody's. */
const numbering =
  /(?:单号|编号|流水号|序号|批号|批次号|文号|案号|编码|代码|标识|设备号|站号|请求号|时间|日期)$|(?:no|id|ids|code|num|number|seq|serial|sn|mn|qn|key|guid|uuid|time|date)$/

/** `cap:Order_No`, `@orderNo` and `order.no` are one name. */
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^.*:/, '')
    .replace(/[\s_@.-]/g, '')

export const isPersonal = (name: string): boolean => personal.test(plainName(name))

export const isNumbering = (name: string): boolean => numbering.test(plainName(name)) && !isPersonal(name)
