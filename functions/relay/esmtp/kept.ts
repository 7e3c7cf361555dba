import { createPool } from './pool.ts';
import { quit, rest, type Session, wake } from './session.ts';

/** The process's kept connections. */
export const kept = createPool<Session>({
  rest,
  wake,
  quit,
  isOver: ({ conversation }) => conversation.over(),
});
