import { CONTRACT } from '../../drivers/contract-dialect.ts';
import { PolledChannel } from '../../drivers/polled.ts';
import { Recorder } from '../../generator/recorder.ts';
import { readStamp, type Stamp, writeStamp } from '../../stamp.ts';
import { PAYLOAD_BYTES } from './contenders.ts';
import { contextOf, INTERVALS, openWindow, serve } from './member.ts';

/**
 * The polls of this project in a closed loop: each client polls again as soon as its answer has
 * been decoded, recorded and booked. The path is the same for all, so that every answer is the
 * same frame, as it is for the other tools.
 */
const [path = '', port = '', connections = ''] = process.argv.slice(2);

/**
 * The same frame over and over would be recorded once and then be a duplicate. So it is stamped
 * anew where it lies, as the next message of its client, due when the client was free to ask for
 * it: then each is recorded as a message of a trial is. The stamping is this side's extra cost.
 */
class RestampingRecorder extends Recorder {
  readonly #next: Stamp[] = [];

  override delivered(client: number, bytes: Buffer, start: number, end: number, receivedUs: number): boolean {
    const next = this.#next[client];
    if (next === undefined) {
      const first: Stamp = { stream: client, sequence: 0, dueUs: receivedUs, sentUs: receivedUs };
      if (readStamp(bytes, start, end, first)) {
        this.#next[client] = { stream: client, sequence: 0, dueUs: receivedUs, sentUs: receivedUs };
      }
      return true;
    }
    writeStamp(bytes, start, next);
    next.sequence += 1;
    next.dueUs = receivedUs;
    next.sentUs = receivedUs;
    return super.delivered(client, bytes, start, end, receivedUs);
  }
}

const window = openWindow();
const context = contextOf(Number(port), window, new RestampingRecorder(window, PAYLOAD_BYTES, INTERVALS));
const channels = Array.from({ length: Number(connections) }, (_, index) => {
  const plan = { index, channel: '', sends: false, phase: 0 };
  const channel: PolledChannel = new PolledChannel(context, plan, {
    dialect: { ...CONTRACT.polling, path: () => path },
    holdMs: 0,
    reuse: true,
    onDone: (answered) => {
      if (answered) channel.poll();
    },
  });
  return channel;
});

await serve(
  context,
  async () => {
    await Promise.all(channels.map((channel) => channel.open()));
    for (const channel of channels) channel.poll();
  },
  () => {
    for (const channel of channels) channel.close();
  },
);
