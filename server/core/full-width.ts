/** Chinese punctuation that an input method writes where YAML and JSONata want ASCII, and what they want. */
const marks: Readonly<Record<string, string>> = {
  '，': ',',
  '：': ':',
  '；': ';',
  '（': '(',
  '）': ')',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '【': '[',
  '】': ']',
  '｛': '{',
  '｝': '}',
}

export const fullWidthMarks = Object.keys(marks).join('')

export const fullWidthWords = (mark: string): string => `${mark} is full-width punctuation: write ${marks[mark] ?? ''} instead`
