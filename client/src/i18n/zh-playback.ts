/** 回放的文字, part of zh.ts. */
export const zhPlayback = {
  title: '回放',
  key: '回放：看过去的大屏',
  loading: '载入中',
  waiting: '等待服务器',
  paused: '已暂停',
  failed: '回放中断：{reason}',
  play: '播放',
  pause: '暂停',
  slider: '时刻，近 24 小时',
  end: '回到实时',
  present: '实时告警',
  ordered: '{by} 调度',
  noVideo: '回放无画面',
}
