/**
 * AWS's Signature Version 4. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * A path whose segments are encoded is encoded once more where it is signed, as every service but S3 wants.
 */
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";

export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface ToSign {
  method: string;
  url: URL;
  body: Uint8Array;
  region: string;
  service: string;
  key: AccessKey;
  /** When it is signed. */
  at: Date;
}

/** The headers that carry the signature: `authorization`, `x-amz-date`, and the session's token where there is one. */
export async function signatureHeaders(request: ToSign): Promise<Record<string, string>> {
  const { url, key, region, service, method, body } = request;
  // Loaded with the first signature: most gateways make none.
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const signer = new SignatureV4({
    service,
    region,
    credentials: key,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host },
      body,
    },
    { signingDate: request.at },
  );
  const { host: _host, ...headers } = signed.headers;
  return headers;
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** Node's own SHA-256 in the form that the signer takes; with a key, its HMAC. */
class Sha256 {
  readonly #key: Uint8Array | string | undefined;
  #hash: Hash | Hmac;

  constructor(key?: Data) {
    this.#key = key === undefined ? undefined : bytesOf(key);
    this.#hash = this.#begin();
  }

  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#key === undefined ? createHash("sha256") : createHmac("sha256", this.#key);
  }
}

function bytesOf(data: Data): Uint8Array | string {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
