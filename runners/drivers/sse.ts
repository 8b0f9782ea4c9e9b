import type { Driver } from './driver.ts';
import { EventStream } from './event-stream.ts';
import { postingBeside } from './posting.ts';
import { ResumingStream } from './resuming.ts';
import { spoken } from './spoken.ts';

/** Server-Sent Events: one response that never ends (WHATWG HTML §9.2). */
export const sse: Driver = {
  transport: 'sse',
  subscriber: (context, plan) => {
    const dialect = spoken(context.dialect, 'sse');
    const stream = new ResumingStream(
      context,
      plan,
      (beginning, events) => new EventStream(context, plan, dialect, beginning, events),
    );
    return postingBeside(context, plan, stream, () => {});
  },
  connectionsPerSender: 2,
  answers: false,
  exchange: {
    missing: 'Server-Sent Events carry messages down only; a request is a plain HTTP request, as in polling',
  },
};
