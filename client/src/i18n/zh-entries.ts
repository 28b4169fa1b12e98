/** 填报台的文字, part of zh.ts. */
export const zhEntries = {
  title: '',
}
