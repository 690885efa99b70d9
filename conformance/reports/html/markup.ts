/** HTML that is safe to put into a page as it stands. Made by `markup` alone. */
export interface Markup {
  readonly safe: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/** A template in which everything is escaped but what is markup already. The only way from text to HTML. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { safe: strings.reduce((before, after, at) => before + render(parts[at - 1]) + after) };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'object') return 'safe' in part ? part.safe : part.map(render).join('');
  return escape(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and quoted attributes. Control and direction characters would make a page show what is not there. */
function escape(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(
      /[^\t\n\u0020-\u007e\u00a0-\u200a\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu,
      '·',
    );
}
