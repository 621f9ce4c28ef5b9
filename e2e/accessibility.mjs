// What a page does against the rules for people who see, hear or move otherwise.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * The violations of WCAG 2.2 A and AA on a page as it stands once nothing on it
 * moves: half way from one colour to another no contrast means anything.
 */
export async function violations(page) {
  // Evaluated by the debugger, so that the page's own policy stays as it is.
  await page.evaluate(axe);
  return page.evaluate(async (tags) => {
    const ends = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ends.map((one) => one.finished));
    const { violations: found } = await globalThis.axe.run(document, { runOnly: tags });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
  }, wcag);
}
