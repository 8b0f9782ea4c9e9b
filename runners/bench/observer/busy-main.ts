import { serveMember } from '../../generator/member.ts';
import { isObserver, subscribers } from './subscribers.ts';

/** All but the observer's connections in one process, as a worker of a trial has them. */
serveMember((context) => subscribers(context, (client) => !isObserver(client)));
