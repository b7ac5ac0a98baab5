// Questions and answers over a channel between two workers, which no error event ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerLink } from '../../js/engine/link.js';
import { channelPort } from '../../js/platform/workers.js';
import { failure } from './support/fixtures.js';

test('a message that cannot be read fails what waits for it, and all that comes later', async () => {
  const { port1, port2 } = new MessageChannel();
  const link = new WorkerLink(channelPort(port1));
  port2.onmessage = ({ data }) => port2.postMessage({ id: data.id, result: 'an answer' });
  assert.equal(await link.call('memory', []), 'an answer');
  const waiting = link.call('memory', []);
  port1.dispatchEvent(new Event('messageerror'));
  const expected = failure('engine-crashed', 'a message from it could not be read');
  await assert.rejects(waiting, expected);
  await assert.rejects(link.call('memory', []), expected);
  port2.close();
});
