import { noticesOf } from '../../advice.ts';
import { CHECKS, type CheckResult, checkResults } from '../../checks.ts';
import { describeAbsences } from '../../describe.ts';
import { formatCount, formatList, sentence } from '../../format.ts';
import { type Arm, type ScenarioSummary, standingOf } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { html, type Markup, unbroken } from '../escape.ts';
import type { Section } from '../section.ts';
import { dataTable } from '../table.ts';

/** Whether the numbers can be believed, check by check, with what each rests on. */
export function validitySection(summary: ScenarioSummary): Section | null {
  const { scenario, arms } = summary;
  const nameOf = armNames(arms);
  const checked = arms.flatMap((arm) => {
    const results = checkResults(arm);
    return results.length === 0 ? [] : [{ arm, results }];
  });
  const rows = CHECKS.map((check) => [
    check.title,
    ...checked.map(({ results }) => cell(results.find((result) => result.check === check))),
  ]).filter((_, index) => checked.some(({ results }) => isSaid(results[index])));
  const table = dataTable({
    caption: `Checks of ${scenario.name}`,
    columns: ['Check', ...checked.map(({ arm }) => nameOf(arm))],
    rows,
  });
  return {
    id: `${scenario.name}-validity`,
    title: 'Validity, check by check',
    finding: validitySentences(arms, rows.length),
    content: checked.length === 0 ? [remarks(summary)] : [remarks(summary), table],
    place: 'beside',
  };
}

/** A check that shows nothing and finds nothing in any arm has no row. */
function isSaid(result: CheckResult | undefined): boolean {
  return result !== undefined && (result.evidence !== null || result.standing !== 'valid');
}

function cell(result: CheckResult | undefined): Markup {
  if (result === undefined) return html`–`;
  const { standing, warned, of, evidence } = result;
  if (standing === 'valid') return html`${unbroken(evidence ?? '–')}`;
  const word = of === 1 ? standing : `${standing} in ${warned} of ${of}`;
  return html`<span class="standing ${standing}">${word}</span><span class="range">${evidence ?? ''}</span>`;
}

function validitySentences(arms: readonly Arm[], checks: number): string[] {
  const completed = arms.flatMap((arm) => arm.completed);
  const count = (validity: 'invalid' | 'doubtful') =>
    completed.filter((trial) => trial.validity === validity).length;
  const [invalid, doubtful] = [count('invalid'), count('doubtful')];
  const nameOf = armNames(arms, 'inSentence');
  const failed = arms.filter((arm) => standingOf(arm) === 'failed').map(nameOf);
  const skipped = arms.filter((arm) => standingOf(arm) === 'skipped').map(nameOf);
  const trials = formatCount(completed.length, 'completed trial');
  return [
    completed.length === 0
      ? 'no trial completed'
      : invalid + doubtful === 0
        ? `${completed.length === 1 ? 'the one completed trial passes' : `all ${trials} pass`} all of ${formatCount(checks, 'check')}`
        : [
            ...(invalid > 0 ? [`${invalid} of ${trials} ${invalid === 1 ? 'is' : 'are'} invalid`] : []),
            ...(doubtful > 0 ? [`${doubtful} of ${trials} ${doubtful === 1 ? 'is' : 'are'} doubtful`] : []),
          ].join('; '),
    ...(failed.length === 0 ? [] : [`trials of ${formatList(failed)} failed`]),
    ...(skipped.length === 0
      ? []
      : [`${formatList(skipped)} ${skipped.length === 1 ? 'was' : 'were'} skipped`]),
  ].map(sentence);
}

/** What is not as it should be: why trials have no numbers, and every kind of warning with what to do. */
function remarks(summary: ScenarioSummary): Markup {
  const nameOf = armNames(summary.arms);
  const absences = summary.arms.flatMap((arm) =>
    describeAbsences(arm).map(
      (reason) =>
        html`<li class="${standingOf(arm)}"><strong>${nameOf(arm)}</strong> <span>${reason}</span></li>`,
    ),
  );
  const notices = noticesOf(summary).map(
    ({ level, code, verdict, evidence, distrust, advice }) =>
      html`<li class="${level}"><strong>${verdict}</strong> <code>${code}</code> <span>${evidence}.</span>
<span class="advice">${sentence(`${distrust}; ${advice}`)}</span></li>`,
  );
  const items = [...absences, ...notices];
  return items.length === 0 ? html`` : html`<ul class="remarks">${items}</ul>`;
}
