/* The prompts that a text stands for: the twin of generator/variants.py, which decides. */

const PART = /\\\{|(?<!\{)\{((?:[^{}\\|]|\\.)*(?:\|(?:[^{}\\|]|\\.)*)+)\}(?!\})/gs;
const CHOICE = /\|((?:[^\\|]|\\.)*)/gs;

function choices(inside) {
  const matches = [...`|${inside}`.matchAll(CHOICE)];
  return matches.map((match) => match[1].replace(/\\([{}|])/g, "$1"));
}

function segments(source) {
  const lists = [];
  let start = 0;
  for (const match of source.matchAll(PART)) {
    lists.push([source.slice(start, match.index)]);
    lists.push(match[1] === undefined ? ["{"] : choices(match[1]));
    start = match.index + match[0].length;
  }
  return [...lists, [source.slice(start)]];
}

/* Yield every combination of one choice per list; the last list changes fastest. */
function* product(lists) {
  const at = lists.map(() => 0);
  while (true) {
    yield lists.map((list, index) => list[at[index]]).join("");
    let place = lists.length - 1;
    while (place >= 0 && ++at[place] === lists[place].length) at[place--] = 0;
    if (place < 0) return;
  }
}

/* Whether the brace of a choice was never closed, so that it is sent as plain text. */
export function isUnclosed(prompt) {
  return /\{[^{}]*\|[^{}]*$/.test(prompt.replace(PART, ""));
}

/* Return each prompt once, at most `limit`. */
export function expand(prompt, limit, lines = false) {
  const sources = lines ? prompt.split("\n").map((line) => line.trim()) : [prompt];
  const prompts = new Set();
  let tried = 0;
  for (const source of sources) {
    if (lines && !source) continue;
    for (const one of product(segments(source))) {
      if (prompts.size >= limit || tried++ >= limit * 50) return [...prompts];
      prompts.add(one);
    }
  }
  return [...prompts];
}
