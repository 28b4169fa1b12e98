/** 排名与会议的文字, part of zh.ts. */
export const zhRankings = {
  title: '',
}
