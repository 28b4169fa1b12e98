import { createRouter, createWebHistory } from 'vue-router'
import ScreenRoute from './screen/ScreenRoute.vue'

const screens = ':screen(perceive|overview|dispatch)'

/** Addresses: `/` (the schedule's screen), `/overview`, `/d/la/perceive`, `/desk`. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/desk', component: () => import('./desk/DeskPage.vue') },
    { path: `/${screens}`, component: ScreenRoute },
    { path: `/d/:district/${screens}`, component: ScreenRoute },
    { path: '/d/:district', component: ScreenRoute },
    { path: '/', component: ScreenRoute },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})
