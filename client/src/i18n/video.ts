/** Words of the video panel and its tiles, under the key `video`. */
export const zh = {
  title: '视频',
  nearFirst: '事件附近优先',
  rotation: '轮巡 {n}秒',
  online: '在线',
  domain: { 'social-governance': '社会治理', 'urban-management': '城市管理', 'culture-tourism': '智慧文旅' },
  none: '目录中尚无摄像机',
  near: '近事件',
  state: {
    connecting: '连接中',
    'no-stream': '无码流',
    frozen: '画面冻结',
    unsupported: '编码不支持',
    'no-permission': '无权限',
    'platform-down': '平台故障',
    offline: '摄像机离线',
    waiting: '未轮到',
  },
  doing: { connecting: '正在取流', retrying: '{at} 起 · 重试中', rebuilding: '{at} 起 · 重建中', resting: '{at} 起', waiting: '播放路数已满' },
}

export const en: typeof zh = {
  title: 'Video',
  nearFirst: 'Nearest to the event first',
  rotation: 'rotating {n} s',
  online: 'online',
  domain: { 'social-governance': 'Governance', 'urban-management': 'City', 'culture-tourism': 'Tourism' },
  none: 'No camera in the catalogue yet',
  near: 'Near the event',
  state: {
    connecting: 'Connecting',
    'no-stream': 'No stream',
    frozen: 'Frozen',
    unsupported: 'Codec unsupported',
    'no-permission': 'No permission',
    'platform-down': 'Platform down',
    offline: 'Camera offline',
    waiting: 'Not its turn',
  },
  doing: {
    connecting: 'Asking for the stream',
    retrying: 'since {at} · retrying',
    rebuilding: 'since {at} · rebuilding',
    resting: 'since {at}',
    waiting: 'All players in use',
  },
}
