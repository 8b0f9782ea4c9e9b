import type { SocketDialect } from '../../servers/dialect.ts';
import type { Message } from '../generator/recorder.ts';
import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { FrameSocket } from './frame-socket.ts';
import { Opening } from './opening.ts';
import { ResumingStream } from './resuming.ts';
import { spoken } from './spoken.ts';

/** WebSocket: one connection, both ways (RFC 6455). */
export const websocket: Driver = {
  transport: 'websocket',
  subscriber: (context, plan) => socketClient(context, plan, spoken(context.dialect, 'websocket')),
  connectionsPerSender: 1,
  answers: false,
  exchange: { client: exchange },
};

/**
 * A client with one WebSocket. What is due while it has none is held and sent, late, when it is
 * back; what it had sent and the network lost with the connection is lost.
 */
function socketClient(context: DriverContext, plan: ClientPlan, dialect: SocketDialect): Client {
  const { agenda, recorder, tuning, window } = context;
  const pingUs = tuning.websocket.pingMs * 1e3;
  const held: Message[] = [];
  const send = (message: Message) =>
    stream.live?.send(recorder.frame(message), window.contains(message.dueUs));
  const stream = new ResumingStream(
    context,
    plan,
    (beginning, events) =>
      new FrameSocket(context, plan, dialect, beginning, {
        ...events,
        onDelivered: () => {},
      }),
    () => {
      for (const message of held.splice(0)) send(message);
    },
  );
  const ping = (atUs: number) => {
    stream.live?.ping();
    agenda.at(atUs + pingUs, ping);
  };
  return {
    open: () => stream.open(),
    start(startUs) {
      if (pingUs > 0) agenda.at(startUs + (plan.phase + 1) * pingUs, ping);
    },
    send(message) {
      if (stream.live !== null) send(message);
      else if (stream.idle) recorder.neverSent(message);
      else held.push(message);
    },
    get idle() {
      return stream.idle;
    },
    close() {
      stream.close();
      for (const message of held.splice(0)) recorder.neverSent(message);
    },
  };
}

/** Requests and answers over `/echo`: on one socket, or on a new one for every request. */
function exchange(context: DriverContext, plan: ClientPlan): Client {
  const { socket: echo } = spoken(context.dialect, 'echo');
  if (echo === undefined) throw new Error("the server's dialect has no WebSocket that sends back");
  if (context.workload.kind !== 'request' || context.workload.reuse === 'connection') {
    return socketClient(context, plan, echo);
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
