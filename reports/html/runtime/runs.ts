import { LIVE } from '../names.ts';

/**
 * The script of the page of a folder's runs: keeps it up to date by the event stream of its server. While the
 * page is not seen it does not listen: a browser has six connections to a server, and a run being measured is to be
 * left alone.
 */
const TEXTS = {
  listening: 'This page is live: what begins or ends appears by itself.',
  lost: 'This page is not live, since its program has ended or too many windows show it; what it says may be old.',
} as const;

const status = document.getElementById(LIVE.status);
let source: EventSource | null = null;

function say(text: string): void {
  if (status !== null && status.textContent !== text) status.textContent = text;
}

function listen(): void {
  source?.close();
  source = null;
  if (document.hidden) return;
  source = new EventSource(LIVE.path);
  source.addEventListener('open', () => say(TEXTS.listening));
  source.addEventListener('error', () => say(TEXTS.lost));
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const parts: Partial<Record<string, string>> = JSON.parse(data);
    for (const id of LIVE.parts) {
      const [part, markup] = [document.getElementById(id), parts[id]];
      if (part !== null && markup !== undefined) update(part, markup);
    }
  });
}

/** Gives a part its new content, which the server has escaped; ticks and the focus stay where they were. */
function update(part: Element, markup: string): void {
  const ticked = new Set(boxesOf(part).flatMap(({ checked, value }) => (checked ? [value] : [])));
  const focused = part.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const before = runsOf(part);
  part.innerHTML = markup;
  for (const box of boxesOf(part)) box.checked = ticked.has(box.value);
  if (focused !== null) {
    const again = [...part.querySelectorAll<HTMLElement>('a, button, input')];
    again.find((element) => nameOf(element) === focused)?.focus();
  }
  const after = runsOf(part);
  const gone = part.id === LIVE.parts[0] ? before.filter((run) => !after.includes(run)) : [];
  if (gone.length > 0) say(`${gone.join(', ')} has ended.`);
}

const boxesOf = (part: Element) => [...part.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
const runsOf = (part: Element) =>
  [...part.querySelectorAll(`[${LIVE.run}]`)].map((entry) => entry.getAttribute(LIVE.run) ?? '');

/** What an element that takes the focus is known by. */
function nameOf(element: Element | null): string {
  return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
}

document.addEventListener('visibilitychange', listen);
listen();
