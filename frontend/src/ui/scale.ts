/** The axis of a chart: round steps that cover what is shown. */

/** Where the axis has its lines, lowest first, 0 always among them. */
export function axisTicks(lowest: number, highest: number, wanted = 4): number[] {
  const [from, to] = [Math.min(0, lowest), Math.max(0, highest)]
  if (from === to) return [0]
  const step = roundStep((to - from) / wanted)
  const first = Math.floor(from / step)
  const last = Math.ceil(to / step)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

/** The next of 1, 2, 5, 10, 20, 50 and so on; minor units have no fractions. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)))
  const factor = [1, 2, 5, 10].find((one) => one * power >= atLeast) ?? 10
  return factor * power
}

/** Every how many bars one label fits. */
export function labelStep(bars: number, width: number, labelWidth: number): number {
  return Math.max(1, Math.ceil((bars * labelWidth) / Math.max(1, width)))
}
