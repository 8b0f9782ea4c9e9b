import { formatList } from '../format.ts';
import type { Finding } from './comparison.ts';
import { type ComparedScenario, formatEffect, type ShownChange, splitEqual } from './people.ts';

/** The findings that are a change, what is bad first. */
const CHANGED: readonly Finding[] = ['worse', 'better', 'higher', 'lower'];

/** `Latency p99`, as it stands in a sentence. */
function lowerFirst(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

function effectOf(change: ShownChange): string {
  const effect = formatEffect(change);
  return change.effect === 'ratio' ? `×${effect}` : effect;
}

/** What changed in a scenario, metric by metric; that nothing can be told to have changed is said too. */
export function changeSentences({ pairs }: ComparedScenario): string[] {
  const all = pairs.flatMap(({ inSentence: name, changes }) => changes.map((change) => ({ name, change })));
  const sentences = CHANGED.flatMap((finding) => {
    const found = all.filter(({ change }) => change.finding === finding);
    const metrics = [...new Set(found.map(({ change }) => change.title))];
    if (metrics.length === 0) return [];
    const said = metrics.map((metric) => {
      const arms = found
        .filter(({ change }) => change.title === metric)
        .map(({ name, change }) => `${name} (${effectOf(change)})`);
      return `${lowerFirst(metric)} over ${formatList(arms)}`;
    });
    return [`${finding.charAt(0).toUpperCase()}${finding.slice(1)}: ${said.join('; ')}.`];
  });
  if (sentences.length > 0 || all.length === 0) return sentences;
  return all.every(({ change }) => change.finding === 'equal')
    ? ['All numbers are equal.']
    : ['No number can be told to have changed.'];
}

/** What is equal for sure, arms with the same list together; `null` where nothing is. */
export function equalSentence({ pairs }: ComparedScenario): string | null {
  const arms = new Map<string, string[]>();
  for (const { inSentence, changes } of pairs) {
    const titles = splitEqual(changes).equal.map(lowerFirst);
    if (titles.length === 0) continue;
    const list = formatList(titles);
    arms.set(list, [...(arms.get(list) ?? []), inSentence]);
  }
  if (arms.size === 0) return null;
  return `Equal: ${[...arms].map(([list, names]) => `${list} over ${formatList(names)}`).join('; ')}.`;
}
