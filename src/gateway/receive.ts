import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { scanJson } from "../core/json-spans.ts";
import { Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Reads the body's bytes, bounded in size, and finds its top-level fields.
 * Throws `request.content_type`, `request.body_missing`, `request.body_too_large`, `request.body_unreadable`,
 * `request.utf8_invalid`, `request.json_too_deep`.
 */
export async function receive(exchange: Exchange): Promise<Exchange> {
  const { raw, gateway } = exchange;
  checkContentType(raw.headers["content-type"]);
  const { bodyBytes, jsonDepth } = gateway.settings.limits;
  exchange.bytes = await readBody(raw, bodyBytes);
  if (!isUtf8(exchange.bytes)) throw new Failure("request.utf8_invalid");
  const { fields, depth } = scanJson(exchange.bytes);
  if (depth > jsonDepth) {
    throw new Failure("request.json_too_deep", {
      message: `The request's JSON is nested ${depth} levels deep; ${jsonDepth} are allowed.`,
    });
  }
  exchange.fields = fields;
  return exchange;
}

/** JSON, or nothing said about the type. */
export function checkContentType(value: string | undefined): void {
  if (value === undefined || value === "application/json") return;
  const [type = "", ...parameters] = value.toLowerCase().split(";");
  const name = type.trim();
  if (name !== "application/json" && !(name.startsWith("application/") && name.endsWith("+json"))) {
    throw new Failure("request.content_type", {
      message: `The request's Content-Type is ${JSON.stringify(value.slice(0, 100))}; this path reads application/json.`,
    });
  }
  for (const parameter of parameters) {
    const [key = "", charset = ""] = parameter.split("=");
    if (key.trim() === "charset" && !["utf-8", "utf8", '"utf-8"'].includes(charset.trim())) {
      throw new Failure("request.content_type", {
        message: "The request's charset must be utf-8.",
      });
    }
  }
}

/**
 * The whole body, decompressed, of at most `limit` bytes.
 * Throws `request.body_missing`, `request.body_too_large`, `request.body_unreadable`, `client.disconnected`.
 */
export async function readBody(raw: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = raw.headers["content-length"];
  if (declared !== undefined && Number(declared) > limit) tooLarge(limit);
  const bytes = await collect(raw, limit);
  const encoding = raw.headers["content-encoding"];
  const body =
    encoding === undefined || encoding === "identity"
      ? bytes
      : await decompress(bytes, encoding, limit);
  if (body.length === 0) throw new Failure("request.body_missing");
  return body;
}

function tooLarge(limit: number): never {
  throw new Failure("request.body_too_large", {
    message: `The request's body is larger than ${limit} bytes.`,
  });
}

function collect(raw: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // What comes after the first outcome changes nothing: the listeners stay until the request goes.
    raw.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else
        reject(
          new Failure("request.body_too_large", {
            message: `The request's body is larger than ${limit} bytes.`,
          }),
        );
    });
    raw.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    // What ended the upload early is told on the socket itself (server.ts), where that is still possible.
    const onLost = () => {
      if (!raw.complete) reject(new Failure("client.disconnected"));
    };
    raw.on("error", onLost);
    raw.on("close", onLost);
  });
}

const decoders = {
  gzip: promisify(zlib.gunzip),
  "x-gzip": promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  br: promisify(zlib.brotliDecompress),
  zstd: promisify(zlib.zstdDecompress),
};

function isDecoder(name: string): name is keyof typeof decoders {
  return Object.hasOwn(decoders, name);
}

async function decompress(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (!isDecoder(name)) {
    throw new Failure("request.body_unreadable", {
      message: `The request's Content-Encoding ${JSON.stringify(name.slice(0, 50))} is not supported.`,
    });
  }
  try {
    return await decoders[name](bytes, { maxOutputLength: limit });
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE")
      tooLarge(limit);
    throw new Failure("request.body_unreadable", {
      message: `The request's body is not valid ${name}.`,
    });
  }
}
