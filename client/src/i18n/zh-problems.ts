import type { ProblemKind } from '../../../contract/problem.ts'

/** 服务器为何不接受, part of zh.ts: a sentence for each reason; the server's own words stand beneath. */
export const zhProblems = {
  'bad-request': '服务器不接受：所填内容有一处不对，请按下面的说明改正后再试。',
  unauthorised: '此浏览器未登录，或登录已过期。已输入的内容还在；请用登录链接重新打开本页。',
  forbidden: '此会话的身份不能这样做；请用合适身份的登录链接打开本页。',
  'not-found': '服务器上没有所指的内容，可能已撤下、改名或过期；请刷新后重选。',
  conflict: '与已有的情况不符：已有人先作了改动，或此事已办过。请看下面的说明，核对现状后再定。',
  'method-not-allowed': '此地址不接受这种请求；请刷新本页后再试。',
  'too-large': '内容太大，服务器未接收；请减小后再试。',
  'unsupported-media-type': '文件或内容的格式不对，服务器未接收；请换成所列格式。',
  busy: '服务器一时忙不过来，或次数、数量已到上限；请稍后再试。',
  fault: '服务器出错，不是您的操作有误。已输入的内容还在；请把下面的编号告诉管理员。',
  'not-ready': '服务器还没有准备好；请稍后再试。',
  'storage-full': '服务器的存储空间已满，未能记录；请告诉管理员，腾出空间后再试。',
} as const satisfies Readonly<Record<ProblemKind, string>>
