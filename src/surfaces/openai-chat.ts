/** POST …/chat/completions: OpenAI's chat API, under each of the prefixes that clients use. */
import Type from "typebox";
import type { JsonObject } from "../core/json.ts";
import { compileValidator, type Validator } from "../dialects/validate.ts";
import { Failure } from "../failures/failure.ts";
import { number, readGatewayOptions, strings } from "./gateway-options.ts";
import type { RequestOptions, Surface } from "./surface.ts";

const shared = {
  name: "openai-chat",
  dialect: "openai-chat",
  answerIdPrefix: "chatcmpl-",
  forwardedHeaders: [],
} as const;

export const chatSurfaces: readonly Surface[] = [
  {
    ...shared,
    path: "/v1/chat/completions",
    contract: "native",
    keyChoosesContract: true,
    ownFields: ["gateway"],
    readOptions: readGatewayOptions,
  },
  {
    ...shared,
    path: "/newapi/v1/chat/completions",
    contract: "newapi",
    keyChoosesContract: false,
    ownFields: ["gateway"],
    readOptions: readGatewayOptions,
  },
  {
    ...shared,
    path: "/api/v1/chat/completions",
    contract: "concurred",
    keyChoosesContract: false,
    ownFields: ["gateway", "fallback", "retries", "timeout"],
    readOptions: readConcurredOptions,
  },
];

const checkConcurred: Validator<unknown> = compileValidator(
  Type.Object({
    fallback: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 10 })),
    retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
    timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 300_000 })),
  }),
);

/** Concurred's default and unit: milliseconds for the whole request. */
const CONCURRED_TIMEOUT_MS = 60_000;

/** Documented features of Concurred's gateway that this version lacks: refused, not ignored. */
const notYet = ["load_balance", "guardrails", "prompt_id"] as const;

function readConcurredOptions(body: JsonObject): RequestOptions {
  for (const field of notYet) {
    if (body[field] !== undefined && body[field] !== null) {
      throw new Failure("request.field_value", {
        message: `${field} is not available on this gateway.`,
        param: field,
      });
    }
  }
  checkConcurred(body);
  const own = readGatewayOptions(body);
  return {
    timeouts: { total: number(body.timeout) ?? CONCURRED_TIMEOUT_MS, ...own.timeouts },
    retries: number(body.retries) ?? own.retries,
    fallback: strings(body.fallback) ?? own.fallback,
  };
}
