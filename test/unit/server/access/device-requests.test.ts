import { describe, expect, it } from 'vitest';
import { DeviceRequests } from '../../../../src/server/access/device-requests.ts';

const REQUEST = { name: 'ada', scopes: ['read'], address: '127.0.0.1' } as const;

/** Requests on a clock that stands still until it is moved. */
function requestsAt(start: number) {
  let now = start;
  const requests = new DeviceRequests({ intervalMs: 2_000, now: () => now });
  const ask = () => requests.ask(REQUEST) as { deviceCode: string; userCode: string };
  return { requests, ask, pass: (ms: number) => (now += ms) };
}

describe('a request for a token', () => {
  it('is pending until it is decided, and given once', () => {
    const { requests, ask, pass } = requestsAt(0);
    const { deviceCode, userCode } = ask();
    expect(requests.poll(deviceCode)).toBe('pending');
    expect(requests.find(userCode)).toMatchObject(REQUEST);
    expect(requests.decide(userCode, 'approved')).toBe(true);
    pass(2_000);
    expect(requests.poll(deviceCode)).toMatchObject(REQUEST);
    pass(2_000);
    expect(requests.poll(deviceCode)).toBe('expired');
  });

  it('is decided once', () => {
    const { requests, ask } = requestsAt(0);
    const { deviceCode, userCode } = ask();
    expect(requests.decide(userCode, 'denied')).toBe(true);
    expect(requests.decide(userCode, 'approved')).toBe(false);
    expect(requests.find(userCode)).toBeUndefined();
    expect(requests.poll(deviceCode)).toBe('denied');
  });

  it('expires ten minutes after it was asked, decided or not', () => {
    const { requests, ask, pass } = requestsAt(0);
    const [waiting, approved] = [ask(), ask()];
    requests.decide(approved.userCode, 'approved');
    pass(599_999);
    expect(requests.find(waiting.userCode)).toBeDefined();
    pass(1);
    expect(requests.find(waiting.userCode)).toBeUndefined();
    expect(requests.decide(waiting.userCode, 'approved')).toBe(false);
    expect([requests.poll(waiting.deviceCode), requests.poll(approved.deviceCode)]).toEqual([
      'expired',
      'expired',
    ]);
  });

  it('is told to slow down by five seconds more each time it is polled too soon', () => {
    const { requests, ask, pass } = requestsAt(0);
    const { deviceCode } = ask();
    const polls = [0, 1_999, 2_000, 7_000, 12_000, 11_999, 17_000, 22_000].map((ms) => {
      pass(ms);
      return requests.poll(deviceCode);
    });
    expect(polls).toEqual([
      'pending',
      'slow-down', // now 7 s
      'slow-down', // now 12 s
      'slow-down', // now 17 s
      'slow-down', // now 22 s
      'slow-down', // now 27 s
      'slow-down', // now 32 s
      'slow-down', // now 37 s
    ]);
    pass(37_000);
    expect(requests.poll(deviceCode)).toBe('pending');
  });

  it('is found however its code is typed', () => {
    const { requests, ask } = requestsAt(0);
    const { userCode } = ask();
    const plain = userCode.replace('-', '').toLowerCase();
    for (const typed of [plain, ` ${userCode} `, plain.split('').join(' ')]) {
      expect(requests.find(typed)).toMatchObject({ userCode });
    }
    expect(requests.find('')).toBeUndefined();
  });

  it('is refused where a thousand wait, until some expired', () => {
    const { requests, ask, pass } = requestsAt(0);
    const codes = new Set(Array.from({ length: 1_000 }, () => ask().userCode));
    expect(codes.size).toBe(1_000);
    expect(requests.ask(REQUEST)).toBeUndefined();
    pass(600_000);
    expect(requests.ask(REQUEST)).toBeDefined();
  });
});
