/** The sentence about a backend that answers the same request now so and now so. */
export function flaky(what: string, first: string): string {
  return `the backend does not answer alike twice: ${what} ${first} and passed when it was repeated, so what failed may pass the next time, and what passed may fail`;
}
