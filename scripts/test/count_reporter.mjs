// A reporter for Node's test runner that writes its closing totals as JSON.

const kCounted = { pass: 'passed', fail: 'failed', cancelled: 'failed', skipped: 'skipped' };

/** @param {AsyncIterable<{type: string, data: any}>} events */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (type !== 'test:diagnostic' || data.nesting !== 0) continue;
    const [, name, count] = /^(\w+) (\d+)$/.exec(data.message) ?? [];
    const key = kCounted[name];
    if (key) counts[key] += Number(count);
  }
  yield JSON.stringify(counts);
}
