import { nowUs } from '../clock.ts';
import type { PlannedMessage } from '../traffic.ts';
import type { PartContext } from './member.ts';
import type { Message } from './recorder.ts';

/**
 * Sends the messages of one source when they are due: an open loop. A late message is sent at
 * once, and the next is due when the plan says.
 *
 * @param copies how many servers each message goes to: it is due at each of them.
 * @param onEnd called when the last one has been handed over.
 * @returns ends it; what is left over of the plan is due and unsent.
 */
export function sendOnTime(
  { agenda, window, recorder }: Pick<PartContext, 'agenda' | 'window' | 'recorder'>,
  messages: Generator<PlannedMessage, void>,
  startUs: number,
  send: (message: Message) => void,
  copies = 1,
  onEnd: () => void = () => {},
): () => void {
  const take = (): Message | null => {
    const { value: planned } = messages.next();
    return planned === undefined ? null : { ...planned, dueUs: startUs + planned.dueUs };
  };
  const becomeDue = ({ dueUs }: Message) => {
    if (window.contains(dueUs)) recorder.messages.due += copies;
  };
  let waiting = take();
  const wait = () => {
    const message = waiting;
    if (message === null) {
      onEnd();
      return;
    }
    agenda.at(message.dueUs, () => {
      becomeDue(message);
      // The harness's own part of being late: what comes on top is a wait for the server.
      if (window.contains(message.dueUs)) recorder.loopDelayed(nowUs() - message.dueUs);
      send(message);
      waiting = take();
      wait();
    });
  };
  wait();
  return () => {
    for (; waiting !== null; waiting = take()) {
      becomeDue(waiting);
      for (let copy = 0; copy < copies; copy += 1) recorder.neverSent(waiting);
    }
  };
}
