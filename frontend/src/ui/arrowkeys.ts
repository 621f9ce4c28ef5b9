/** Moves the focus among the links inside the element by the arrow keys, Home and End. */
export function moveAmongLinks(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement
  const links = [...list.querySelectorAll<HTMLAnchorElement>('a[href]')]
  const target = targetOf(event.key, links.indexOf(document.activeElement as HTMLAnchorElement), {
    count: links.length,
    page: links.length,
  })
  if (target === null) return
  event.preventDefault()
  links[target]?.focus()
}

/** Where a key leads from a place in a list, or null when the key does not move. */
export function targetOf(
  key: string,
  from: number,
  { count, page }: { count: number; page: number },
): number | null {
  if (count === 0) return null
  const within = (place: number) => Math.max(0, Math.min(count - 1, place))
  switch (key) {
    case 'ArrowDown':
      return within(from + 1)
    case 'ArrowUp':
      return within(from - 1)
    case 'PageDown':
      return within(from + page)
    case 'PageUp':
      return within(from - page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
