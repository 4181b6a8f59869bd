/** POST …/chat/completions: OpenAI's chat API, under each of the prefixes that clients use. */
import Type from "typebox";
import type { Timeouts } from "../core/channel.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import { compileValidator, type Validator } from "../dialects/validate.ts";
import type { ContractName } from "../failures/contracts/contract.ts";
import { Failure } from "../failures/failure.ts";

export interface ChatRoute {
  path: string;
  contract: ContractName;
  keyChoosesContract: boolean;
  ownFields: readonly string[];
  readOptions(body: JsonObject): RequestOptions;
}

interface RequestOptions {
  timeouts?: Partial<Timeouts>;
  retries?: number;
  fallback?: readonly string[];
}

const milliseconds = Type.Integer({ minimum: 1, maximum: 3_600_000 });

/** Parley's own object in a request's body. */
export const gatewayOptions = Type.Object(
  {
    timeouts: Type.Optional(
      Type.Object(
        {
          connect_ms: Type.Optional(milliseconds),
          first_content_ms: Type.Optional(milliseconds),
          idle_ms: Type.Optional(milliseconds),
          total_ms: Type.Optional(milliseconds),
        },
        { additionalProperties: false, description: "Milliseconds." },
      ),
    ),
    retries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10,
        description: "Further attempts on the same channel after a transient failure.",
      }),
    ),
    fallback: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        maxItems: 10,
        description: "Models to try in turn when the first fails.",
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "How Parley is to carry out the request; not passed on.",
  },
);

const checkGateway: Validator<unknown> = compileValidator(
  Type.Object({ gateway: Type.Optional(gatewayOptions) }),
  { unknownFields: "refuse" },
);

const checkConcurred: Validator<unknown> = compileValidator(
  Type.Object({
    fallback: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 10 })),
    retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
    timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 300_000 })),
  }),
);

/** Concurred's default and unit: milliseconds for the whole request. */
const CONCURRED_TIMEOUT_MS = 60_000;

export const chatRoutes: readonly ChatRoute[] = [
  {
    path: "/v1/chat/completions",
    contract: "native",
    keyChoosesContract: true,
    ownFields: ["gateway"],
    readOptions: readGateway,
  },
  {
    path: "/newapi/v1/chat/completions",
    contract: "newapi",
    keyChoosesContract: false,
    ownFields: ["gateway"],
    readOptions: readGateway,
  },
  {
    path: "/api/v1/chat/completions",
    contract: "concurred",
    keyChoosesContract: false,
    ownFields: ["gateway", "fallback", "retries", "timeout"],
    readOptions: readConcurred,
  },
];

function readGateway(body: JsonObject): RequestOptions {
  const { gateway } = body;
  if (gateway === undefined) return {};
  checkGateway({ gateway });
  if (!isObject(gateway)) return {};
  const { timeouts, retries, fallback } = gateway;
  return {
    timeouts: isObject(timeouts)
      ? defined({
          connect: number(timeouts.connect_ms),
          firstContent: number(timeouts.first_content_ms),
          idle: number(timeouts.idle_ms),
          total: number(timeouts.total_ms),
        })
      : undefined,
    retries: number(retries),
    fallback: strings(fallback),
  };
}

/** Documented features of Concurred's gateway that this version lacks: refused, not ignored. */
const notYet = ["load_balance", "guardrails", "prompt_id"] as const;

function readConcurred(body: JsonObject): RequestOptions {
  for (const field of notYet) {
    if (body[field] !== undefined && body[field] !== null) {
      throw new Failure("request.field_value", {
        message: `${field} is not available on this gateway.`,
        param: field,
      });
    }
  }
  checkConcurred(body);
  const own = readGateway(body);
  return {
    timeouts: { total: number(body.timeout) ?? CONCURRED_TIMEOUT_MS, ...own.timeouts },
    retries: number(body.retries) ?? own.retries,
    fallback: strings(body.fallback) ?? own.fallback,
  };
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : undefined;
}

/** Without the fields that are undefined, so that they do not hide a default. */
function defined<T extends object>(object: T): Partial<T> {
  const result: Partial<T> = { ...object };
  for (const name in result) if (result[name] === undefined) delete result[name];
  return result;
}
