import { createRouter, createWebHistory } from 'vue-router'
import ScreenRoute from './screen/ScreenRoute.vue'

const screens = ':screen(perceive|overview|dispatch)'

/** Addresses: `/` (the schedule's screen), `/overview`, `/d/la/perceive`, `/desk` and what stands below it. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/desk', component: () => import('./desk/DeskPage.vue') },
    { path: '/desk/alarms', component: () => import('./desk/AlarmsPage.vue') },
    { path: '/desk/duty', component: () => import('./desk/DutyPage.vue') },
    { path: '/desk/cameras', component: () => import('./desk/CamerasPage.vue') },
    { path: '/desk/feeds', component: () => import('./desk/FeedListPage.vue') },
    { path: '/desk/feeds/reference', component: () => import('./desk/ReferencePage.vue') },
    { path: '/desk/feeds/new', component: () => import('./desk/FeedRoute.vue') },
    { path: '/desk/feeds/:id', component: () => import('./desk/FeedRoute.vue'), props: true },
    { path: '/desk/figures', component: () => import('./desk/FiguresPage.vue') },
    { path: '/desk/reports', component: () => import('./desk/ReportsPage.vue') },
    { path: '/desk/meeting', component: () => import('./desk/MeetingPage.vue') },
    { path: '/desk/incidents', component: () => import('./desk/IncidentsPage.vue') },
    { path: '/desk/links', component: () => import('./desk/LinksPage.vue') },
    { path: '/desk/rankings', component: () => import('./desk/RankingsPage.vue') },
    { path: '/desk/indicators/:id', component: () => import('./detail/IndicatorPage.vue'), props: true },
    { path: '/desk/walls', component: () => import('./desk/WallsPage.vue') },
    { path: '/desk/orders', component: () => import('./desk/OrdersPage.vue') },
    { path: '/desk/sessions', component: () => import('./desk/SessionsPage.vue') },
    { path: '/desk/quarantine', component: () => import('./desk/QuarantinePage.vue') },
    { path: `/${screens}`, component: ScreenRoute },
    { path: `/d/:district/${screens}`, component: ScreenRoute },
    { path: '/d/:district', component: ScreenRoute },
    { path: '/', component: ScreenRoute },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})
