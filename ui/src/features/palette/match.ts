/** First Han character of each Pinyin initial in the order of zh collation. */
const BORDERS: [string, string][] = [
  ["a", "阿"],
  ["b", "八"],
  ["c", "嚓"],
  ["d", "哒"],
  ["e", "妸"],
  ["f", "发"],
  ["g", "旮"],
  ["h", "哈"],
  ["j", "讥"],
  ["k", "咔"],
  ["l", "垃"],
  ["m", "妈"],
  ["n", "拿"],
  ["o", "噢"],
  ["p", "妑"],
  ["q", "七"],
  ["r", "呥"],
  ["s", "仨"],
  ["t", "他"],
  ["w", "穵"],
  ["x", "夕"],
  ["y", "丫"],
  ["z", "匝"],
];
const collator = new Intl.Collator("zh-CN-u-co-pinyin");
const initials = new Map<string, string>();

/** Pinyin initial of a Han character, by the collation of the system; anything else is itself. */
function initial(character: string): string {
  if (!/\p{Script=Han}/u.test(character)) return character;
  const known = initials.get(character);
  if (known !== undefined) return known;
  let found = "";
  for (const [letter, border] of BORDERS) if (collator.compare(character, border) >= 0) found = letter;
  initials.set(character, found);
  return found;
}

/** How well a query fits a text: higher is better, 0 is not at all. Words may come in any order. */
export function score(query: string, text: string): number {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return 1;
  const plain = text.toLowerCase();
  if (plain.startsWith(wanted)) return 100;
  const words = wanted.split(/\s+/);
  if (words.every((word) => plain.includes(word))) {
    return words.every((word) => new RegExp(`(^|[^\\p{L}])${escape(word)}`, "u").test(plain)) ? 80 : 60;
  }
  const short = [...plain].map(initial).join("").replaceAll(" ", "");
  if (/\p{Script=Han}/u.test(plain) && short.includes(wanted.replaceAll(" ", ""))) return 50;
  let at = 0;
  for (const character of wanted.replaceAll(" ", "")) {
    at = plain.indexOf(character, at) + 1;
    if (at === 0) return 0;
  }
  return 20;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
