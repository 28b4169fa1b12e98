/** 下钻的文字, part of zh.ts. */
export const zhDetail = {
  title: '',
}
