import { defineAsyncComponent } from 'vue'
import type { Component } from 'vue'
import type { PanelName } from '../../../contract/panel.ts'

/** Every panel's component, loaded when a screen first shows it: a screen without a map never loads the map's engine. */
export const panelComponents: Readonly<Record<PanelName, Component>> = {
  map: defineAsyncComponent(() => import('./map/Map.vue')),
  sensors: defineAsyncComponent(() => import('./sensors/Sensors.vue')),
  events: defineAsyncComponent(() => import('./events/Events.vue')),
  'latest-orders': defineAsyncComponent(() => import('./latest-orders/LatestOrders.vue')),
  video: defineAsyncComponent(() => import('./video/Video.vue')),
  'orders-by-subdistrict': defineAsyncComponent(() => import('./orders-by-subdistrict/OrdersBySubdistrict.vue')),
  'hourly-intake': defineAsyncComponent(() => import('./hourly-intake/HourlyIntake.vue')),
  totals: defineAsyncComponent(() => import('./totals/Totals.vue')),
  headline: defineAsyncComponent(() => import('./headline/Headline.vue')),
  'indicator-matrix': defineAsyncComponent(() => import('./indicator-matrix/IndicatorMatrix.vue')),
  'indicator-exceptions': defineAsyncComponent(() => import('./indicator-exceptions/IndicatorExceptions.vue')),
  channels: defineAsyncComponent(() => import('./channels/Channels.vue')),
  ranking: defineAsyncComponent(() => import('./ranking/Ranking.vue')),
  themes: defineAsyncComponent(() => import('./themes/Themes.vue')),
  gathering: defineAsyncComponent(() => import('./gathering/Gathering.vue')),
  'rising-types': defineAsyncComponent(() => import('./rising-types/RisingTypes.vue')),
  'incident-focus': defineAsyncComponent(() => import('./incident-focus/IncidentFocus.vue')),
  'order-clocks': defineAsyncComponent(() => import('./order-clocks/OrderClocks.vue')),
  supervision: defineAsyncComponent(() => import('./supervision/Supervision.vue')),
  'last-decisions': defineAsyncComponent(() => import('./last-decisions/LastDecisions.vue')),
  'incident-list': defineAsyncComponent(() => import('./incident-list/IncidentList.vue')),
}
