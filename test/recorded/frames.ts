/** How recorded payloads are framed on the wire, and how they are got out of it: by hand, so that nothing of the gateway judges itself. */
import { crc32 } from "node:zlib";
import type { Json } from "../../src/core/json.ts";
import { parsed } from "./walk.ts";

/** The payloads of server-sent events, in order; `[DONE]` is none. */
export function readEvents(body: string): Json[] {
  const payloads: Json[] = [];
  for (const event of body.split(/\r\n\r\n|\n\n|\r\r/)) {
    const data = event
      .split(/\r\n|\n|\r/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(line.startsWith("data: ") ? 6 : 5));
    if (data.length > 0 && data[0] !== "[DONE]") payloads.push(parsed(data.join("\n")));
  }
  return payloads;
}

export function writeEvent(data: string, name?: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}

/** One AWS event-stream message: lengths, headers, payload, each part with its CRC. */
export function writeAwsFrame(headers: Record<string, string>, payload: string): Buffer {
  const fields = Object.entries(headers).flatMap(([name, value]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(value));
    return [
      Buffer.from([Buffer.byteLength(name)]),
      Buffer.from(name),
      Buffer.from([7]),
      length,
      Buffer.from(value),
    ];
  });
  const head = Buffer.concat(fields);
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const begun = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([begun, checksum(begun)]);
}

/** The messages of an AWS event stream as Bedrock's SDK shows them: `{[event type]: payload}`. */
export function readAwsFrames(bytes: Buffer): Json[] {
  const messages: Json[] = [];
  for (let start = 0; start + 16 <= bytes.length; ) {
    const total = bytes.readUInt32BE(start);
    const headersEnd = start + 12 + bytes.readUInt32BE(start + 4);
    let type = "";
    for (let here = start + 12; here < headersEnd; ) {
      const nameLength = bytes.readUInt8(here);
      const name = bytes.toString("utf8", here + 1, here + 1 + nameLength);
      const valueAt = here + 1 + nameLength + 3;
      const length = bytes.readUInt16BE(valueAt - 2);
      const value = bytes.toString("utf8", valueAt, valueAt + length);
      if (name === ":event-type" || name === ":exception-type") type = value;
      here = valueAt + length;
    }
    messages.push({ [type]: parsed(bytes.toString("utf8", headersEnd, start + total - 4)) });
    start += total;
  }
  return messages;
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
