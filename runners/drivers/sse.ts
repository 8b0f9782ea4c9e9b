import type { Driver } from './driver.ts';
import { EventStream } from './event-stream.ts';
import { postingBeside } from './posting.ts';
import { type MakeConnection, ResumingStream } from './resuming.ts';
import { spoken } from './spoken.ts';

/** Server-Sent Events: one response that never ends (WHATWG HTML §9.2). */
export const sse: Driver = {
  transport: 'sse',
  subscriber: (context, plan) => postingBeside(context, plan, new ResumingStream(context, plan, subscribe)),
  connectionsPerSender: 2,
  answers: false,
  exchange: {
    missing: 'Server-Sent Events carry messages down only; a request is a plain HTTP request, as in polling',
  },
};

const subscribe: MakeConnection<EventStream> = (context, plan, beginning, events) =>
  new EventStream(context, plan, spoken(context.dialect, 'sse'), beginning, events);
