import { serveMember } from '../../generator/member.ts';
import { isObserver, subscribers } from './subscribers.ts';

/** The calm observer: few connections in a process of their own. */
serveMember((context) => subscribers(context, isObserver));
