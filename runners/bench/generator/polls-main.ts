import { SLICES } from '../../../reports/results/histogram.ts';
import { CONTRACT } from '../../drivers/contract-dialect.ts';
import { pollsBy } from '../../drivers/poll-style.ts';
import { PolledChannel } from '../../drivers/polled.ts';
import { Recorder } from '../../generator/recorder.ts';
import { PAYLOAD_BYTES } from './contenders.ts';
import { contextOf, openWindow, serve } from './member.ts';

/**
 * The polls of this project in a closed loop: each client polls again as soon as its answer has
 * been decoded, recorded and booked. The path is the same for all, as it is for the other tools.
 */
const [transport = '', path = '', port = '', connections = ''] = process.argv.slice(2);

const window = openWindow();
const context = contextOf(Number(port), window, new Recorder(window, PAYLOAD_BYTES, SLICES));
let begun = false;
const pollsOf = pollsBy({
  dialectOf: () => ({ ...CONTRACT[transport as 'polling' | 'long-polling'], path: () => path }),
  holdMsOf: () => (transport === 'polling' ? 0 : 1_000),
  reuses: () => true,
  onDone: (channel, answered) => {
    if (answered && begun) channel.poll();
  },
});
const channels = Array.from({ length: Number(connections) }, (_, index) => {
  const plan = { index, channel: '', sends: false, phase: 0 };
  return new PolledChannel(context, plan, pollsOf(context));
});

await serve(
  context,
  async () => {
    await Promise.all(channels.map((channel) => channel.open()));
    begun = true;
    for (const channel of channels) channel.poll();
  },
  () => {
    for (const channel of channels) channel.close();
  },
);
