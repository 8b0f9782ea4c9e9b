import type { PlannedMessage } from '../traffic.ts';
import type { PartContext } from './member.ts';
import type { Message } from './recorder.ts';

/**
 * Sends the messages of one source when they are due: an open loop. A late message is sent at
 * once, and the next is due when the plan says.
 *
 * @param onEnd called when the last one has been handed over.
 */
export function sendOnTime(
  { agenda, window, recorder }: PartContext,
  messages: Generator<PlannedMessage, void>,
  startUs: number,
  send: (message: Message) => void,
  onEnd: () => void = () => {},
): void {
  const next = () => {
    const { value: planned } = messages.next();
    if (planned === undefined) {
      onEnd();
      return;
    }
    const message = { ...planned, dueUs: startUs + planned.dueUs };
    agenda.at(message.dueUs, () => {
      if (window.contains(message.dueUs)) recorder.messages.due += 1;
      send(message);
      next();
    });
  };
  next();
}
