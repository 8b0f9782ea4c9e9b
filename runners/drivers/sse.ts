import { ROUTES } from '../../servers/contract.ts';
import type { Driver } from './driver.ts';
import { EventStream } from './event-stream.ts';
import { postingBeside } from './posting.ts';
import { ResumingStream } from './resuming.ts';

/** Server-Sent Events: one response that never ends (WHATWG HTML §9.2). */
export const sse: Driver = {
  transport: 'sse',
  subscriber: (context, plan) => {
    const path = `${ROUTES.events}?channel=${plan.channel}`;
    const stream = new ResumingStream(
      context,
      plan,
      (beginning, events) => new EventStream(context, plan, path, beginning, events),
    );
    return postingBeside(context, plan, stream, () => {});
  },
  connectionsPerSender: 2,
  answers: false,
  exchange: {
    missing: 'Server-Sent Events carry messages down only; a request is a plain HTTP request, as in polling',
  },
};
