// How the window writes money and dates in English, worked out apart from it: from
// the figures that the command prints.

const noDigits = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" ");
const threeDigits = "bhd jod kwd omr tnd".split(" ");

/** An amount in minor units as a decimal string, by Stripe's own exponents. */
export function decimal(amount, currency) {
  const digits = noDigits.includes(currency) ? 0 : threeDigits.includes(currency) ? 3 : 2;
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return whole + (digits ? "." + text.slice(-digits) : "");
}

const months = "January February March April May June July August September October November December".split(" ");

/** The ways in which the date of a document, in UTC, may stand on the screen. */
export function shownDates(seconds) {
  const at = new Date(seconds * 1000);
  const month = months[at.getUTCMonth()];
  const rest = `${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  return [`${month.slice(0, 3)} ${rest}`, `${month} ${rest}`];
}
