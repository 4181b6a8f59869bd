/**
 * What a channel's credential is: a Bedrock API key, or an access key with its secret.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
 */
import { Failure } from "../../failures/failure.ts";
import type { AccessKey } from "./sigv4.ts";

export type Credential = { kind: "api-key"; key: string } | { kind: "access-key"; key: AccessKey };

/** The environment's variables, by the names that AWS's SDKs read. */
export type Environment = Readonly<Record<string, string | undefined>>;

const ACCESS_KEY_ID = /^[A-Z0-9]{16,128}$/;

/**
 * Reads `ACCESS_KEY_ID:SECRET[:SESSION_TOKEN]`, the environment's own access key id (whose secret the
 * environment has), or else an API key. Throws `upstream.credential_rejected`.
 */
export function readCredential(secret: string, environment: Environment): Credential {
  const text = secret.trim();
  if (text === "") throw malformed("The channel has no credential.");
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (text === AWS_ACCESS_KEY_ID) {
    if (!AWS_SECRET_ACCESS_KEY) throw malformed("AWS_SECRET_ACCESS_KEY is not set.");
    return { kind: "access-key", key: keyOf(text, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN) };
  }
  const [id = "", secretKey, sessionToken, ...rest] = text.split(":");
  if (secretKey === undefined) {
    if (id.startsWith("AKIA") || id.startsWith("ASIA")) {
      throw malformed("The access key has no secret: give ACCESS_KEY_ID:SECRET[:SESSION_TOKEN].");
    }
    return { kind: "api-key", key: text };
  }
  if (!ACCESS_KEY_ID.test(id) || secretKey === "" || rest.length > 0) {
    throw malformed("The credential is not ACCESS_KEY_ID:SECRET[:SESSION_TOKEN].");
  }
  return { kind: "access-key", key: keyOf(id, secretKey, sessionToken) };
}

function keyOf(
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | undefined,
): AccessKey {
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function malformed(operator: string): Failure {
  return new Failure("upstream.credential_rejected", { provider: "bedrock", operator });
}
