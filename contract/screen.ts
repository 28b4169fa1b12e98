/** 画面: the three screens of a district. */
export const screenIds = ['perceive', 'overview', 'dispatch'] as const
export type ScreenId = (typeof screenIds)[number]
