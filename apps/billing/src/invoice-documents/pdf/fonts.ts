import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';
import { unpacked } from './woff.ts';

export type Weight = 'regular' | 'bold';

interface FontFile {
  name: string;
  path: string;
}
const noto = (file: string): FontFile => ({
  name: file,
  path: inPackage('@embedpdf/fonts-latin', `../fonts/${file}.ttf`),
});
const notoJp = (file: string): FontFile => ({
  name: file,
  path: inPackage('@embedpdf/fonts-jp', `../fonts/${file}.otf`),
});
/** Plain, but it has every character of the Basic Multilingual Plane, so that no name becomes a row of boxes. */
const lastResort: FontFile = {
  name: 'UnifontEX',
  path: inPackage('@fontsource/unifontex/files/unifontex-latin-400-normal.woff', ''),
};

/** By weight, those that are tried for a character, in this order. */
const FILES: Readonly<Record<Weight, readonly [FontFile, ...FontFile[]]>> = {
  regular: [noto('NotoSans-Regular'), notoJp('NotoSansJP-Regular'), lastResort],
  bold: [noto('NotoSans-Bold'), notoJp('NotoSansJP-Bold'), lastResort],
};

export interface NamedFont {
  name: string;
  font: Font;
}

/** The font that has this character; without one that has, the first, which shows a box. */
export function fontFor(character: string, weight: Weight): NamedFont {
  const [first, ...others] = FILES[weight];
  const has = (file: FontFile) => opened(file).font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
  return opened(has(first) ? first : (others.find(has) ?? first));
}

const fonts = new Map<string, NamedFont>();

/** Opened when it is first needed, and kept. */
function opened({ name, path }: FontFile): NamedFont {
  const known = fonts.get(name);
  if (known) return known;
  const file = readFileSync(path);
  const font = create(path.endsWith('.woff') ? unpacked(file) : file);
  if (!('hasGlyphForCodePoint' in font)) throw new Error(`${path} is a collection of fonts`);
  const made = { name, font };
  fonts.set(name, made);
  return made;
}

function inPackage(name: string, path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve(name)));
}
