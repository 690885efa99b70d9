/** The steps of a JSON pointer (RFC 6901 §3), or of its form as a URL fragment (§6). */
export function stepsOf(pointer: string): readonly string[] {
  const plain = pointer.startsWith('#') ? decodeURIComponent(pointer.slice(1)) : pointer;
  return plain
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A place in a document, as messages write it: `paths./api/v1/me.get.responses`. */
export function placeOf(pointer: string): string {
  return stepsOf(pointer).join('.');
}
