import { describeCeiling, describeEnvironment, describeUnverified } from '../../describe.ts';
import { describeRepeat, repeatsOf } from '../../repeats.ts';
import type { Results } from '../../results/schema.ts';
import { html, type Markup } from '../escape.ts';

/** A word and what it means. */
type Term = readonly [word: string, meaning: string];

/** What one needs to believe or repeat the measurement: machine, command, versions, definitions. */
export function method(results: Results): Markup {
  const { tool, startedAt, commandLine, seed, versions, ceilings } = results;
  const facts: readonly Term[] = [
    ['Machine', describeEnvironment(results)],
    ['Command', commandLine.join(' ')],
    ['Started', startedAt],
    ['Seed', `${seed}: the same seed gives the same order of trials and the same due times`],
    ['Measured by', `${tool.name} ${tool.version}`],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ...describeUnverified(results).map((note) => ['Not checked', `${note}.`] as const),
    ...repeatsOf(results).map((repeat) => ['Measured again', `${describeRepeat(repeat)}.`] as const),
    ...ceilings.map(
      (ceiling) =>
        [
          'Ceiling',
          `${describeCeiling(ceiling)}. It bounds what requests can cost here; it is no transport’s figure.`,
        ] as const,
    ),
  ];
  return html`
<section id="method" aria-labelledby="method-title"><h2 id="method-title">How this was measured</h2>
<dl>${facts.filter(([, text]) => text !== '').map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl></section>
<section id="definitions" aria-labelledby="definitions-title"><h2 id="definitions-title">What the words mean</h2>
<dl>${termsOf(results).map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl></section>`;
}

/** Of the words, those that the page has. */
function termsOf({ trials }: Results): readonly Term[] {
  const comeBack = trials.some(({ scenario }) => scenario.reconnect !== null);
  const compressed = trials.some(({ scenario }) => scenario.compression !== 'none');
  return [...TERMS, ...(compressed ? [COMPRESSION] : []), ...(comeBack ? [RECOVERY] : [])];
}

const COMPRESSION: Term = [
  'Compression',
  'Compressed bytes are counted as they went over the wire, and belong to what they became: payload and framing share them in proportion. So the payload may take fewer bytes than the messages have.',
];

const RECOVERY: Term = [
  'Back after',
  'From the instant at which a client notices that its connection is lost to the first at which it is subscribed again, by a stream, a socket or the first good answer to a poll. The wait before it tries is part of it.',
];

const TERMS: readonly Term[] = [
  [
    'Latency',
    'From the instant the plan says a message exists to its arrival in the subscriber’s process. The poll interval, the gap between two long-polls and every queue are inside it, for all transports alike.',
  ],
  ['Service time', 'From the actual sending to the arrival: latency without the harness’s own delay.'],
  [
    'Lateness',
    'From due to sent: how exact the harness is. A difference below its median is not called one.',
  ],
  [
    'Open loop',
    'Messages are due by a schedule that knows nothing of the server. A slow server cannot slow the load, so a stall shows in every message that was due during it.',
  ],
  [
    'Percentile',
    'p99 is the latency that 99 % of the messages of a trial did not exceed; from a histogram, at most 0.1 % too high, and 0.8 % where time is cut into slices.',
  ],
  [
    'Trial',
    'One run of one transport with fresh processes. Repetition is between trials: one trial gives one p99. Trials are interleaved in blocks, in a random order.',
  ],
  [
    '95 % interval',
    'Holds the true median of trials in at least 95 of 100 repetitions, whatever their distribution; it takes 6 trials. Two arms are called different when the exact rank-sum test gives p ≤ 0.05.',
  ],
  [
    'Bytes',
    'Counted at the subscribers’ sockets, both directions. Overhead is everything but the payload: framing, HTTP heads, handshakes, control and TLS. What TCP and IP add is not counted. An answer that brings one message due while measuring counts whole, so that polling shows more payload than its messages have when the measuring is short.',
  ],
  [
    'Messages per answer',
    'How many messages an answer that carries any holds. Polling batches, which makes it look cheap per message and late.',
  ],
  [
    'Delivery',
    'A message is expected once by each subscriber of its channel; lost, duplicated and reordered are counted by sequence number.',
  ],
  [
    'Validity',
    'Invalid: the numbers are wrong, as frames were lost or the harness was late. Doubtful: the numbers may be weak, and the warning says why. Valid: neither.',
  ],
];
