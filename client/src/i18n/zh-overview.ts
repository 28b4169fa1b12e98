/** 统揽各块的文字, part of zh.ts. */
export const zhOverview = {
  title: '',
}
