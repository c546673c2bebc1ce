/**
 * Returns the first letters of the first and last word: "AL" for "Ada Lovelace", "李" for
 * "李小龙". Ignores words in brackets.
 */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== "" && !/^[([{]/u.test(word));
  const first = firstLetterOf(words[0]);
  const last = words.length > 1 ? firstLetterOf(words.at(-1)) : "";
  return first + last;
}

/** Returns the first grapheme: a letter with its marks, or a whole emoji. */
function firstLetterOf(word: string | undefined): string {
  if (!word) return "";
  const [first] = new Intl.Segmenter("und", { granularity: "grapheme" }).segment(word);
  return first?.segment.toLocaleUpperCase("und") ?? "";
}
