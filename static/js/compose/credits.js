/* Credits as whole millionths: no binary fractions. */

const SCALE = 6;

function millionths(text) {
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(SCALE, "0").slice(0, SCALE));
}

/* Return this price times a number, as the pages write it: `0.5`, `2.0`. */
export function credits(price, times) {
  const digits = (millionths(price) * BigInt(times)).toString().padStart(SCALE + 1, "0");
  const fraction = digits.slice(-SCALE).replace(/0+$/, "") || "0";
  return `${digits.slice(0, -SCALE)}.${fraction}`;
}
