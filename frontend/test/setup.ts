/** What jsdom lacks and the window needs. */

class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

if (typeof window !== 'undefined') fillIn()

function fillIn(): void {
  globalThis.ResizeObserver ??= NoResizes
  Element.prototype.scrollIntoView ??= () => {}
  Element.prototype.scrollTo ??= () => {}

  // jsdom lays nothing out; the virtual list needs a viewport to fill.
  Object.defineProperties(HTMLElement.prototype, {
    offsetHeight: { configurable: true, get: () => 400 },
    offsetWidth: { configurable: true, get: () => 800 },
  })
}
