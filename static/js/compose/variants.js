/* The prompts that a text stands for: the twin of generator/variants.py, which judges. */

const PART = /\\\{|(?<!\{)\{((?:[^{}\\|]|\\.)*(?:\|(?:[^{}\\|]|\\.)*)+)\}(?!\})/gs;
const CHOICE = /\|((?:[^\\|]|\\.)*)/gs;

function choices(inside) {
  const found = [...`|${inside}`.matchAll(CHOICE)];
  return found.map((match) => match[1].replace(/\\([{}|])/g, "$1"));
}

function pieces(source) {
  const found = [];
  let start = 0;
  for (const match of source.matchAll(PART)) {
    found.push([source.slice(start, match.index)]);
    found.push(match[1] === undefined ? ["{"] : choices(match[1]));
    start = match.index + match[0].length;
  }
  return [...found, [source.slice(start)]];
}

/* One choice of each list, the last list turning fastest. */
function* product(lists) {
  const at = lists.map(() => 0);
  while (true) {
    yield lists.map((list, index) => list[at[index]]).join("");
    let place = lists.length - 1;
    while (place >= 0 && ++at[place] === lists[place].length) at[place--] = 0;
    if (place < 0) return;
  }
}

/* Whether a choice was begun and its brace never closed, so that it is sent as it stands. */
export function isUnclosed(prompt) {
  return /\{[^{}]*\|[^{}]*$/.test(prompt.replace(PART, ""));
}

/* Each prompt once, at most `limit`. */
export function expand(prompt, limit, lines = false) {
  const sources = lines ? prompt.split("\n").map((line) => line.trim()) : [prompt];
  const found = new Set();
  let looked = 0;
  for (const source of sources) {
    if (lines && !source) continue;
    for (const one of product(pieces(source))) {
      if (found.size >= limit || looked++ >= limit * 50) return [...found];
      found.add(one);
    }
  }
  return [...found];
}
