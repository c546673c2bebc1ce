/** One or two letters that stand for a name, by its first and last word: "Ada Lovelace" is "AL", "李小龙" is "李". What stands in brackets is no name. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== "" && !/^[([{]/u.test(word));
  const first = firstLetterOf(words[0]);
  const last = words.length > 1 ? firstLetterOf(words.at(-1)) : "";
  return first + last;
}

/** By grapheme, so that a letter keeps its marks and an emoji stays whole. */
function firstLetterOf(word: string | undefined): string {
  if (!word) return "";
  const [first] = new Intl.Segmenter("und", { granularity: "grapheme" }).segment(word);
  return first?.segment.toLocaleUpperCase("und") ?? "";
}
