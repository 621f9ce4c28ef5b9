/** A PDF of the stand-in: small, whole, and with text that can be selected. */

/** Writes a document of some pages, one line of text on each; gives it in base64. */
export function fakePDF(title: string, pages = 2): string {
  const plain = title
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[()\\]/g, '\\$&')
    .slice(0, 60)
  const kids = Array.from({ length: pages }, (_, page) => `${4 + page * 2} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${kids}] /MediaBox [0 0 595 842] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  for (let page = 1; page <= pages; page++) {
    const text = `BT /F1 22 Tf 60 760 Td (${plain}) Tj /F1 12 Tf 0 -30 Td (Page ${page} of ${pages}) Tj ET`
    const content = objects.length + 2
    objects.push(
      `<< /Type /Page /Parent 2 0 R /Contents ${content} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    )
  }
  return btoa(assembled(objects))
}

function assembled(objects: string[]): string {
  let file = '%PDF-1.7\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return String(offset).padStart(10, '0') + ' 00000 n \n'
  })
  const table = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`
  return file
}
