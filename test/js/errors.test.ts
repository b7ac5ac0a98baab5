import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FiligreeError, messageOf } from '../../js/errors.js';

test('an error crosses a worker with code, message and stack', () => {
  const error = new FiligreeError('bad-input', 'input "x" is too short');
  const copy = FiligreeError.fromJSON(structuredClone(error.toJSON()));
  assert.ok(copy instanceof FiligreeError);
  assert.equal(copy.code, 'bad-input');
  assert.equal(copy.message, error.message);
  assert.equal(copy.stack, error.stack);
  assert.equal(copy.name, 'FiligreeError');
});

test('JSON.stringify shows what matters', () => {
  const text = JSON.stringify(new FiligreeError('disposed', 'gone'));
  assert.deepEqual(Object.keys(JSON.parse(text)), ['code', 'message', 'stack']);
});

test('from keeps a FiligreeError and wraps everything else', () => {
  const known = new FiligreeError('aborted', 'stopped');
  assert.equal(FiligreeError.from(known, 'engine-crashed'), known);
  const cause = new TypeError('x is not a function');
  const wrapped = FiligreeError.from(cause, 'engine-crashed');
  assert.equal(wrapped.code, 'engine-crashed');
  assert.equal(wrapped.message, cause.message);
  assert.equal(wrapped.cause, cause);
});

test('anything thrown has a text', () => {
  assert.equal(messageOf('unwind'), 'unwind');
  assert.equal(messageOf(undefined), 'undefined');
});
