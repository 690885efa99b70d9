/** A POSIX shell word that stands for this very text. */
export function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As `quote`, with each mark in the text replaced by the value of a variable: `"Authorization: Bearer $TOKEN"`. */
export function quoteWith(text: string, variables: ReadonlyMap<string, string>): string {
  const marks = [...variables.keys()].filter((mark) => text.includes(mark));
  if (marks.length === 0) return quote(text);
  const parts = splitAt(text, marks);
  const isPlain = parts.every((part) => variables.has(part) || /^[^"\\$`!]*$/.test(part));
  if (isPlain) {
    const inside = parts.map((part, at) => variable(variables.get(part), parts[at + 1]) ?? part);
    return `"${inside.join('')}"`;
  }
  return parts
    .filter((part) => part !== '')
    .map((part) => (variables.has(part) ? `"$${variables.get(part) ?? ''}"` : quote(part)))
    .join('');
}

/** Braces where the next character could belong to the name. */
function variable(name: string | undefined, next = ''): string | undefined {
  if (name === undefined) return undefined;
  return /^\w/.test(next) ? `\${${name}}` : `$${name}`;
}

/** The text in pieces, the marks being pieces of their own. */
function splitAt(text: string, marks: readonly string[]): readonly string[] {
  const [mark, ...others] = marks;
  if (mark === undefined) return [text];
  return text.split(mark).flatMap((piece, at) => [...(at > 0 ? [mark] : []), ...splitAt(piece, others)]);
}
