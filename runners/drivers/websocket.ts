import type { Message } from '../generator/recorder.ts';
import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { FrameSocket } from './frame-socket.ts';
import { Opening } from './opening.ts';
import { type MakeConnection, ResumingStream } from './resuming.ts';
import { spoken } from './spoken.ts';

/** WebSocket: one connection, both ways (RFC 6455). */
export const websocket: Driver = {
  transport: 'websocket',
  subscriber: (context, plan) => new SocketClient(context, plan, subscribe),
  connectionsPerSender: 1,
  answers: false,
  exchange: { client: exchange },
};

const subscribe: MakeConnection<FrameSocket> = (context, plan, beginning, events) =>
  new FrameSocket(context, plan, spoken(context.dialect, 'websocket'), beginning, events);

/**
 * A client with one WebSocket. What is due while it has none is held and sent, late, when it is
 * back; what it had sent and the network lost with the connection is lost.
 */
class SocketClient implements Client {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #stream: ResumingStream<FrameSocket>;
  #held: Message[] | null = null;

  constructor(context: DriverContext, plan: ClientPlan, make: MakeConnection<FrameSocket>) {
    this.#context = context;
    this.#plan = plan;
    this.#stream = new ResumingStream(context, plan, make, () => {
      for (const message of this.#takeHeld()) this.#send(message);
    });
  }

  open(): Promise<void> {
    return this.#stream.open();
  }

  start(startUs: number): void {
    const { tuning, agenda } = this.#context;
    const pingUs = tuning.websocket.pingMs * 1e3;
    if (pingUs === 0) return;
    const ping = (atUs: number) => {
      this.#stream.live?.ping();
      agenda.at(atUs + pingUs, ping);
    };
    agenda.at(startUs + (this.#plan.phase + 1) * pingUs, ping);
  }

  send(message: Message): void {
    if (this.#stream.live !== null) this.#send(message);
    else if (this.#stream.idle) this.#context.recorder.neverSent(message);
    else {
      this.#held ??= [];
      this.#held.push(message);
    }
  }

  get idle(): boolean {
    return this.#stream.idle;
  }

  close(): void {
    this.#stream.close();
    for (const message of this.#takeHeld()) this.#context.recorder.neverSent(message);
  }

  #send(message: Message): void {
    const { recorder, window } = this.#context;
    this.#stream.live?.send(recorder.frame(message), window.contains(message.dueUs));
  }

  #takeHeld(): readonly Message[] {
    const held = this.#held ?? [];
    this.#held = null;
    return held;
  }
}

/** Requests and answers over `/echo`: on one socket, or on a new one for every request. */
function exchange(context: DriverContext, plan: ClientPlan): Client {
  const { socket: echo } = spoken(context.dialect, 'echo');
  if (echo === undefined) throw new Error("the server's dialect has no WebSocket that sends back");
  if (context.workload.kind !== 'request' || context.workload.reuse === 'connection') {
    return new SocketClient(
      context,
      plan,
      (context, plan, beginning, events) => new FrameSocket(context, plan, echo, beginning, events),
    );
  }
  const { recorder, window } = context;
  const openings = new Map<FrameSocket, Opening>();
  let opened = false;
  const openSocket = async (counts: boolean): Promise<FrameSocket> => {
    const opening = new Opening();
    const beginning = { after: null, counts };
    const socket: FrameSocket = new FrameSocket(context, plan, echo, beginning, {
      onConnect: () => {},
      onSubscribed: () => opening.succeed(),
      onOver: (over) => {
        if (opened) recorder.over(over);
        opening.fail(over.reason);
      },
      onDelivered: () => close(socket),
    });
    openings.set(socket, opening);
    await opening.begin(() => socket.connect());
    return socket;
  };
  const close = (socket: FrameSocket) => {
    socket.close();
    openings.get(socket)?.fail('the WebSocket was closed before it was open');
    openings.delete(socket);
  };
  return {
    // Shows that the server is there; every message then has a socket of its own.
    async open() {
      close(await openSocket(false));
      opened = true;
    },
    start() {},
    send(message) {
      const counts = window.contains(message.dueUs);
      if (counts) recorder.connections.reopened += 1;
      const frame = recorder.frame(message);
      openSocket(counts).then(
        (socket) => {
          if (socket.open) socket.send(frame, counts);
          else recorder.unsent(message);
        },
        () => recorder.unsent(message),
      );
    },
    idle: true,
    close() {
      for (const socket of openings.keys()) close(socket);
    },
  };
}
