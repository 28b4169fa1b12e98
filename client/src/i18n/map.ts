/** The map's words, under the key `map`. */
export const zh = {
  orders: '在办工单 ≥5 聚合',
  cells: '{km} km 格 ≥5 件',
  cameras: '摄像机',
  ordersUnlocated: '无坐标 {n} 件 已计入',
  incidentsUnlocated: '事件无坐标 {n} 起',
  clustersHidden: '另 {n} 处未标',
  drawn: '本机无 WebGL，简图',
  noGround: '底图未能读取',
  label: '地图',
}

export const en = {
  orders: 'Open orders, circles ≥5',
  cells: '{km} km cell, ≥5',
  cameras: 'Cameras',
  ordersUnlocated: '{n} without coordinates, counted',
  incidentsUnlocated: '{n} incidents without a place',
  clustersHidden: '{n} more not drawn',
  drawn: 'No WebGL here: plain drawing',
  noGround: 'Base map could not be read',
  label: 'Map',
}
