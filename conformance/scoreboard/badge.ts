import { score, totalOf, type VariantVerdict } from './verdict.ts';

const HEIGHT = 20;
/** Width of a character of 11 px Verdana, on average; `textLength` makes it so. */
const CHARACTER = 6.6;
const PADDING = 10;

/** White on each of them has a contrast of at least 4.5 : 1. */
const COLOURS = { all: '#1a7f37', most: '#8a5a00', fewer: '#b42318' } as const;

/** Name of the file of a variant's badge. */
export function badgeFile(variant: string): string {
  return variant === 'default' ? 'badge.svg' : `badge-${variant}.svg`;
}

/** A badge as SVG that says how many MUSTs a variant passes. */
export function badge(variant: string, verdict: VariantVerdict): string {
  const counts = totalOf(verdict, 'MUST');
  const label = variant === 'default' ? 'gateproof' : `gateproof, ${variant}`;
  const value = `MUST ${score(counts)}`;
  const open = counts.failed + counts.notTestable + counts.withheld;
  const colour = open === 0 ? COLOURS.all : open <= counts.passed / 19 ? COLOURS.most : COLOURS.fewer;
  const [left, right] = [widthOf(label), widthOf(value)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-labelledby="title">
  <title id="title">${label}: ${value}</title>
  <clipPath id="round"><rect width="${left + right}" height="${HEIGHT}" rx="3"/></clipPath>
  <g clip-path="url(#round)">
    <rect width="${left}" height="${HEIGHT}" fill="#444"/>
    <rect x="${left}" width="${right}" height="${HEIGHT}" fill="${colour}"/>
  </g>
  <g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" aria-hidden="true">
    <text x="${PADDING / 2}" y="14" textLength="${left - PADDING}">${label}</text>
    <text x="${left + PADDING / 2}" y="14" textLength="${right - PADDING}">${value}</text>
  </g>
</svg>
`;
}

function widthOf(text: string): number {
  return Math.ceil(text.length * CHARACTER) + PADDING;
}
