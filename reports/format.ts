import type { Unit } from './metrics.ts';

/** Numbers for people: three significant digits, thousands set apart, a unit that fits the size. */

/** A number to three significant digits, `1,234` rather than `1.23e+3`. */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded) || 1)));
  // Above 1,000 the whole number is no longer than its rounded form.
  const exact = Math.abs(rounded) >= 1_000 ? Math.round(value) : rounded;
  return (FORMATS[Math.min(decimals, 6)] ?? WHOLE).format(exact);
}

/** By the most decimals that they show; made once, since making one takes longer than a report's numbers. */
const FORMATS = Array.from(
  { length: 7 },
  (_, maximumFractionDigits) => new Intl.NumberFormat('en-US', { maximumFractionDigits }),
);

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const SCALES: Readonly<Record<Unit, readonly (readonly [from: number, divisor: number, suffix: string])[]>> =
  {
    µs: [
      [1_000_000, 1_000_000, ' s'],
      [1_000, 1_000, ' ms'],
      [0, 1, ' µs'],
    ],
    B: [
      [1_000_000_000, 1_000_000_000, ' GB'],
      [1_000_000, 1_000_000, ' MB'],
      [10_000, 1_000, ' kB'],
      [0, 1, ' B'],
    ],
    count: [[0, 1, '']],
    '1/s': [[0, 1, '/s']],
    '%': [[0, 1, ' %']],
  };

/** What a value of this size is divided by to be shown, and the unit that it has then: all of an axis by one. */
export function scaleOf(value: number, unit: Unit): { readonly divisor: number; readonly suffix: string } {
  const [, divisor, suffix] = SCALES[unit].find(([from]) => Math.abs(value) >= from) ?? [0, 1, ''];
  return { divisor, suffix: suffix.trim() };
}

/** A value with its unit, such as `1.23 ms`, `45.6 kB` or `1,000/s`. */
export function formatQuantity(value: number, unit: Unit): string {
  const [, divisor, suffix] = SCALES[unit].find(([from]) => Math.abs(value) >= from) ?? [0, 1, ''];
  return `${formatNumber(value / divisor)}${suffix}`;
}

/** Thousands, as far as a whole number is exact. */
const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A number in at most `room` characters, for a narrow column; none below 0 is asked for. */
export function formatNarrow(value: number, room: 5 | 6 = 6): string {
  const whole = formatNumber(value);
  if (whole.length <= room) return whole;
  // Of a small number decimals go.
  if (value < 1) return formatNumber(Number(value.toFixed(room - 2)));
  const power = SUFFIXES.findIndex((_, index) => index > 0 && value < 999.5 * 1_000 ** index);
  const index = power < 0 ? SUFFIXES.length - 1 : power;
  return `${formatNumber(value / 1_000 ** index)}${SUFFIXES[index]}`;
}

/** A time in milliseconds as `10 s` or `300 ms`. */
export function formatMs(ms: number): string {
  return formatQuantity(ms * 1_000, 'µs');
}

/** A time as minutes and seconds, `1:05`, or with hours, `1:00:05`; a part of a second counts as one. */
export function formatClock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const front = minutes < 60 ? minutes : `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}`;
  return `${front}:${twoDigits(seconds % 60)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 trial`, `3 trials`, `3 searches`. */
export function formatCount(count: number, noun: string): string {
  const plural = noun.endsWith('ch') ? 'es' : 's';
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : plural}`;
}

/** Text with a capital at its beginning; `p99` is written that way everywhere. */
export function capitalised(text: string): string {
  return /^p\d/.test(text) ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A sentence: with a capital at its beginning and a full stop at its end. */
export function sentence(text: string): string {
  return `${capitalised(text)}.`;
}
