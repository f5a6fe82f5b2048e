import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.ts';

async function* pieces(...values: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const value of values) yield typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
}

async function decoded(...values: readonly (Uint8Array | string)[]) {
  const chunks: Uint8Array[] = [];
  const decoder = decodeAwsChunked(pieces(...values));
  for (;;) {
    const next = await decoder.next();
    if (next.done) return { text: Buffer.concat(chunks).toString('latin1'), trailers: Object.fromEntries(next.value) };
    chunks.push(next.value);
  }
}

const refusal = (...values: readonly string[]) =>
  decoded(...values).then(
    () => 'accepted',
    ({ code, status, message, fields }) => ({ code, status, message, fields }),
  );

const BIG = 'x'.repeat(8192);
const INCOMPLETE = {
  code: 'IncompleteBody',
  status: 400,
  message: 'The request body terminated unexpectedly',
  fields: {},
};
const MALFORMED = {
  code: 'MalformedTrailerError',
  status: 400,
  message: 'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  fields: {},
};

describe('The framing aws-chunked', () => {
  // The body of a stream as @aws-sdk/client-s3 3.1175 sends it (its second chunk left out: see the refusal of small
  // ones).
  test('unsigned chunks and a trailer', async () => {
    expect(await decoded('6\r\nabcdef\r\n0\r\nx-amz-checksum-crc32:S4457w==\r\n\r\n')).toEqual({
      text: 'abcdef',
      trailers: { 'x-amz-checksum-crc32': 'S4457w==' },
    });
  });

  // AWS, API reference, "Transferring payload in multiple chunks": sizes in hexadecimal, each with its signature.
  test('signed chunks', async () => {
    const signature = `;chunk-signature=${'a'.repeat(64)}`;
    expect(await decoded(`2000${signature}\r\n${BIG}\r\n3${signature}\r\nend\r\n0${signature}\r\n\r\n`)).toEqual({
      text: `${BIG}end`,
      trailers: {},
    });
  });

  // The same, "including trailing headers": the trailers' own signature comes last.
  test('signed chunks with signed trailers, with a blank line more or a line feed alone', async () => {
    const trailers = { 'x-amz-checksum-crc32c': 'sOO8/Q==', 'x-amz-trailer-signature': 'd81f82fc' };
    for (const end of ['\r\n', '\n\r\n', '\n']) {
      const tail = `x-amz-checksum-crc32c:sOO8/Q==${end}x-amz-trailer-signature:d81f82fc\r\n\r\n`;
      expect(await decoded(`3;chunk-signature=b\r\nabc\r\n0;chunk-signature=c\r\n${tail}`)).toEqual({
        text: 'abc',
        trailers,
      });
    }
  });

  test('an empty body, a blank around a trailer, and no line end behind the last line', async () => {
    expect(await decoded('0\r\n\r\n')).toEqual({ text: '', trailers: {} });
    expect(await decoded('0\r\nX-Amz-Checksum-CRC32: AAAAAA==')).toEqual({
      text: '',
      trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
    });
  });

  test('bytes are handed on without being copied', async () => {
    const whole = Buffer.from('2000\r\n');
    const bytes = Buffer.from(BIG);
    const decoder = decodeAwsChunked(pieces(whole, bytes, '\r\n0\r\n\r\n'));
    expect((await decoder.next()).value).toBe(bytes);
    const framed = Buffer.from(`5\r\nhello\r\n0\r\n\r\n`);
    const cut = (await decodeAwsChunked(pieces(framed)).next()).value;
    expect(cut).toBeInstanceOf(Uint8Array);
    expect(cut instanceof Uint8Array && cut.buffer === framed.buffer).toBe(true);
  });

  test('however the input is cut, the output is the same', async () => {
    const input = fc.record({
      big: fc.array(fc.uint8Array({ minLength: 8192, maxLength: 8300 }), { maxLength: 2 }),
      last: fc.uint8Array({ minLength: 1, maxLength: 50 }),
      cuts: fc.array(fc.nat(20_000), { maxLength: 12 }),
      isSigned: fc.boolean(),
    });
    const property = fc.asyncProperty(input, async ({ big, last, cuts, isSigned }) => {
      const signature = isSigned ? ';chunk-signature=00ff' : '';
      const framed = Buffer.concat([
        ...[...big, last].flatMap((chunk) => [
          Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
          chunk,
          Buffer.from('\r\n'),
        ]),
        Buffer.from(`0${signature}\r\na:1\r\nb:2\r\n\r\n`),
      ]);
      const places = [0, ...cuts.map((cut) => cut % framed.length).sort((a, b) => a - b), framed.length];
      const cutUp = places.slice(1).map((end, index) => framed.subarray(places[index], end));
      expect(await decoded(...cutUp)).toEqual({
        text: Buffer.concat([...big, last]).toString('latin1'),
        trailers: { a: '1', b: '2' },
      });
    });
    await fc.assert(property, { numRuns: 60 });
    await expect(decoded(...'3\r\nabc\r\n0\r\nx:y\r\n\r\n')).resolves.toEqual({ text: 'abc', trailers: { x: 'y' } });
  });

  // Seen on AWS by others who probed it: github.com/versity/versitygw issues 1683 and 2085 (answers quoted).
  // AWS, S3 API reference, "Error responses": IncompleteBody; its sentence as AWS answers it for cut-off framings.
  test.each([
    ['nothing at all', ''],
    ['the middle of a chunk', '5\r\nhel'],
    ['no empty chunk', '3\r\nabc\r\n'],
    ['a size that is no number', 'xyz\r\nabc\r\n0\r\n\r\n'],
    ['a size without digits', '\r\nabc'],
    ['a chunk longer than it says', '2\r\nabc\r\n0\r\n\r\n'],
    ['a header without end', 'a'.repeat(9000)],
  ])('%s is an incomplete body', async (_, body) => {
    expect(await refusal(body)).toEqual(INCOMPLETE);
  });

  // The same page: MalformedTrailerError.
  test.each([
    ['a trailer without a colon', '0\r\nrubbish\r\n\r\n'],
    ['a trailer without a name', '0\r\n:x\r\n\r\n'],
    ['more bytes of trailers than anybody sends', `0\r\n${`a:${'b'.repeat(100)}\r\n`.repeat(100)}`],
  ])('%s is malformed', async (_, body) => {
    expect(await refusal(body)).toEqual(MALFORMED);
  });
});
