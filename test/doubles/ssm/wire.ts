import type { IncomingMessage, ServerResponse } from 'node:http';
import { signatureComplaints } from '../signature.ts';
import { actionOf } from './actions.ts';
import type { SsmFault } from './faults.ts';

/** What is wrong with a request that the real SSM would have refused. */
export function complaintsOf(request: IncomingMessage): string[] {
  const { headers, method } = request;
  const target = headers['x-amz-target'];
  const type = headers['content-type'];
  return [
    ...(method === 'POST' ? [] : [`method ${method}`]),
    ...signatureComplaints(request, 'ssm'),
    ...(actionOf(target) ? [] : [`target ${target}`]),
    ...(type === 'application/x-amz-json-1.1' ? [] : [`type ${type}`]),
  ];
}

/** Ends a request without an answer, or with half of one. */
export function breakOff(fault: SsmFault, request: IncomingMessage, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault !== 'half') return void request.socket.resetAndDestroy();
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': 1000 });
  response.write('{"Parameters": [');
}

/** Answers in AWS JSON 1.1, at a time by which the answer is dated (milliseconds of the epoch). */
export function send(response: ServerResponse, status: number, answer: object, time: number): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'double',
    date: new Date(time).toUTCString(),
  });
  response.end(JSON.stringify(answer));
}
