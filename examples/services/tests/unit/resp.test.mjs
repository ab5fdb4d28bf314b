import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeReply, encodeCommand } from '../../src/resp.mjs';

const decode = (text) => decodeReply(Buffer.from(text));

describe('a Redis command', () => {
  it('counts bytes, not characters', () => {
    assert.equal(encodeCommand(['SET', 'ü', 7]).toString(), '*3\r\n$3\r\nSET\r\n$2\r\nü\r\n$1\r\n7\r\n');
  });

  it('may hold line breaks and nothing at all', () => {
    assert.equal(encodeCommand(['a\r\nb', '']).toString(), '*2\r\n$4\r\na\r\nb\r\n$0\r\n\r\n');
  });
});

describe('a Redis reply', () => {
  for (const [text, value] of [
    ['+OK\r\n', 'OK'],
    [':-12\r\n', -12],
    ['$4\r\na\r\nb\r\n', 'a\r\nb'],
    ['$0\r\n\r\n', ''],
    ['$-1\r\n', null],
    ['*-1\r\n', null],
    ['*3\r\n:1\r\n$-1\r\n*1\r\n+x\r\n', [1, null, ['x']]],
  ]) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => {
      assert.deepEqual(decode(text), { value, next: text.length });
    });

    it(`${JSON.stringify(text)} is waited for until its last byte`, () => {
      for (let length = 0; length < text.length; length += 1) assert.equal(decode(text.slice(0, length)), null);
    });
  }

  it('can be an error, which is a value until somebody throws it', () => {
    const { value } = decode('-ERR no such command\r\n');
    assert.ok(value instanceof Error);
    assert.equal(value.message, 'ERR no such command');
  });

  it('is refused when it is none', () => {
    assert.throws(() => decode('HTTP/1.1 400 Bad Request\r\n'), /not a Redis reply: "HTTP/);
  });
});
