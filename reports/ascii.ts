import { widthOf } from './width.ts';

/** What people write where a terminal has no other marks; each as wide as what it stands for. */
const PLAIN: Readonly<Record<string, string>> = {
  µ: 'u',
  μ: 'u',
  '·': '|',
  '…': '.',
  '–': '-',
  '—': '-',
  '−': '-',
  '’': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '→': '>',
  '≤': '<',
  '≥': '>',
  '±': '~',
  '⟨': '<',
  '⟩': '>',
  // More ink for more, as the bars have it.
  '▁': '.',
  '▂': ':',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '#',
  '█': '@',
};

/** Text in US-ASCII and just as wide: accents go, and what has no likeness is a question mark. */
export function toAscii(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  return text
    .normalize('NFC')
    .replaceAll(
      /\P{ASCII}\p{M}*/gu,
      (mark) => PLAIN[mark] ?? withoutAccent(mark) ?? '?'.repeat(widthOf(mark)),
    );
}

function withoutAccent(mark: string): string | null {
  const bare = mark.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return /^[\x20-\x7e]$/.test(bare) ? bare : null;
}
