import { expect, it } from 'vitest';
import { createForgeKit } from '../testing/forge-kit.ts';
import type { ForgeKit } from './forgery.ts';
import { forgeries } from './index.ts';

const kit: ForgeKit = await createForgeKit();

it('no two forgeries have one name', () => {
  const names = forgeries.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it.each(forgeries)('$name tells its variants apart', async ({ make }) => {
  const variants = await make(kit);
  const labels = new Set(variants.map(({ variant }) => variant));
  const tokens = new Set(variants.map(({ token }) => token));
  expect([labels.size, tokens.size]).toEqual([variants.length, variants.length]);
  expect(variants.length > 1 && labels.has('')).toBe(false);
  expect(variants).not.toEqual([]);
});

it.each(forgeries)('$name fits into one header of a server that reads 16 KB', async ({ make }) => {
  const unfit = (await make(kit)).filter(
    ({ token }) => token.length > 14_500 || !/^[\x21-\x7e]+$/.test(token),
  );
  expect(unfit).toEqual([]);
});
