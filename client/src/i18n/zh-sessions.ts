/** 登录会话的文字, part of zh.ts. */
export const zhSessions = {
  title: '登录会话',
  open: '查看谁已登录，终止会话',
  rule: '谁已登录，从哪里，何时最后见到（精确到小时）。终止后立即生效：对方的页面不再更新，要用新的登录链接才能再进来。',
  role: '身份',
  who: '谁',
  created: '登录',
  seen: '最后见到',
  address: '地址',
  roles: { wall: '大屏', desk: '值班台', admin: '管理员', unit: '承办单位' },
  end: '终止',
  endOwn: '终止（本会话）',
  question: '终止 {who}（{role}）的会话：立即退出，须用新的登录链接再登录。',
  questionOwn: '这是您自己的会话：终止后本页也退出，须用新的登录链接再登录。',
  keys: '按键：↑ ↓ 选会话 · E 终止 · Enter 确定 · Esc 取消',
}
