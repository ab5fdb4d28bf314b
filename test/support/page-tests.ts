import type { PageDetails, PageTest } from '../../src/reporters/html/page-data.ts';

const diff = `AssertionError: expected { id: 7, …(2) } to deeply equal { id: 7, …(2) }

- Expected
+ Received

  {
    "id": 7,
-   "name": "Ada Lovelace",
+   "name": "Ada  Lovelace",
    "roles": [
-     "admin",
+     "owner",
      "author",
    ],
  }

 ❯ web/src/feature_1.test.ts:38:24
     36|   const user = await load(7);
     37|
     38|   expect(user).toEqual({ id: 7, name: 'Ada Lovelace', roles });`;

/** Of a test that compares objects. */
export const webFailures: readonly PageTest[] = [
  [
    ...([1, 1, 'profile > shows the name as it was stored', 'f', 38, 38] as const),
    {
      ...problem('AssertionError', 'expected { id: 7, …(2) } to deeply equal { id: 7, …(2) }', diff),
      rerun: `runner --env ci --file 'web/src/feature_1.test.ts::profile > shows the name as it was stored'`,
    },
  ],
];

const pytestDetails = `client = <TestClient base_url='http://127.0.0.1:8401'>

    def test_rejects_expired_token(client):
        response = client.get("/me", headers=bearer(expired()))
>       assert response.status_code == 401
E       assert 200 == 401
E        +  where 200 = <Response [200 OK]>.status_code

tests/api/test_feature_0.py:57: AssertionError`;

/** Of a failed test with output and an attempt before, and of an error. */
export const apiFailures: readonly PageTest[] = [
  [
    ...([0, 0, 'test_rejects_expired_token', 'f', 212, 57] as const),
    {
      ...problem('AssertionError', 'assert 200 == 401\n +  where 200 = <Response [200 OK]>.status_code', pytestDetails),
      stdout:
        '\u001b[32mINFO\u001b[0m  GET /me\n\u001b[33mWARN\u001b[0m  token expired 3 s ago, accepted: clock skew of 5 s\n\u001b[32mINFO\u001b[0m  200 OK\n',
      attempts: [
        {
          status: 'f',
          durationMs: 198,
          problems: [{ kind: 'failure', type: 'AssertionError', message: 'assert 200 == 401', details: '' }],
        },
      ],
      rerun: 'runner --env ci --file tests/api/test_feature_0.py::test_rejects_expired_token',
    },
  ],
  [
    ...([2, 2, 'test_upload_is_streamed', 'e', 1_840, 12] as const),
    problem(
      'OSError',
      'OSError: [Errno 28] No space left on device',
      'Traceback (most recent call last):\n  File "tests/api/conftest.py", line 31, in upload\n    handle.write(block)\nOSError: [Errno 28] No space left on device',
      'error',
    ),
  ],
];

/** Passed on the second attempt. */
export const flakyTest: PageTest = [
  ...([1, 1, 'test_presence_is_broadcast', 'F', 640, 88] as const),
  {
    attempts: [
      {
        status: 'f',
        durationMs: 5_020,
        problems: [{ kind: 'failure', type: 'TimeoutError', message: 'no message within 5 s', details: '' }],
      },
    ],
  },
];

/** Of a process that was killed. */
export const crashed: readonly PageTest[] = [
  [0, 0, 'test_handshake', 'p', 120, 9],
  [0, 0, 'test_ping', 'p', 80, 21],
  [
    ...([1, 1, 'test_large_frame', 'e', 3_300, 40] as const),
    problem('crash', 'the process was killed by SIGSEGV while this test ran', '', 'error'),
  ],
  [1, 1, 'test_close_code', 'n', 0, 61, { skipReason: 'its process ended before its turn came' }],
  [1, 1, 'test_backpressure', 'n', 0, 80, { skipReason: 'its process ended before its turn came' }],
];

/** Failed and passed, and counts for neither. */
export const quarantined: readonly PageTest[] = [
  [
    ...([0, 0, 'search finds what was just written', 'q', 8_100, 14] as const),
    {
      ...problem('TimeoutError', 'locator.click: Timeout 8000ms exceeded', ''),
      quarantine: { owner: 'team-search', until: '2026-11-24', reason: 'index lag, see the search board' },
    },
  ],
  [
    ...([1, 1, 'export keeps column order', 'q', 2_200, 51] as const),
    { quarantine: { owner: 'ada@example.org', until: '2027-01-15', reason: 'waits for the new exporter' } },
  ],
];

/** What there is to tell of a test with one problem. */
export function problem(
  type: string,
  message: string,
  details: string,
  kind: 'failure' | 'error' = 'failure',
): PageDetails {
  return { problems: [{ kind, type, message, details }] };
}
