/** The schemas of channels and keys in parley.yaml. */
import { Type } from "typebox";
import { capabilitiesSchema } from "../routing/capability-schema.ts";
import { defaults } from "./defaults.ts";
import {
  address,
  checkedText,
  integer,
  isHeaderValue,
  isMoment,
  milliseconds,
  oneOf,
  secretText,
  text,
  truth,
  url,
} from "./fields.ts";

const closed = { additionalProperties: false } as const;

/** Those of the gateway and, for single channels, those that differ from them. */
export const timeoutsSchema = Type.Object(
  {
    connect_ms: Type.Optional(
      milliseconds({
        description: "To open a connection to the provider, TLS included.",
        default: defaults.timeouts.connect,
      }),
    ),
    first_content_ms: Type.Optional(
      milliseconds({
        description: "From sending the request to the first content of the answer.",
        default: defaults.timeouts.firstContent,
      }),
    ),
    idle_ms: Type.Optional(
      milliseconds({
        description: "The longest silence between two pieces of an answer.",
        default: defaults.timeouts.idle,
      }),
    ),
    total_ms: Type.Optional(
      milliseconds({
        description: "The whole exchange, every attempt included.",
        default: defaults.timeouts.total,
      }),
    ),
  },
  { ...closed, description: "Time-outs, in milliseconds. A channel may have its own." },
);

const credentialSchema = Type.Union([
  secretText({ description: "The provider's API key." }),
  Type.Object(
    {
      id: Type.Optional(
        checkedText("letters, digits, - and _", (value) => /^[\w-]{1,64}$/.test(value), {
          description: "A name by which logs and health tell this credential from the others.",
        }),
      ),
      secret: secretText({ description: "The provider's API key." }),
      enabled: Type.Optional(truth({ description: "`false` rests it.", default: true })),
    },
    { ...closed, description: "A credential with a name, or one that rests." },
  ),
]);

export const channelSchema = Type.Object(
  {
    name: text({ description: "Unique among all channels. The channel's id is derived from it." }),
    provider: text({
      description:
        "The vendor: `openai`, `anthropic`, `vertex`, …; docs/providers has a page for each.",
    }),
    base_url: Type.Optional(
      url({
        description:
          "Where the vendor's API is, in the form in which the vendor's SDK has it (OpenAI's ends in `/v1`). Needed only where it is not the provider's own.",
      }),
    ),
    credential: Type.Optional(
      secretText({ description: "The provider's API key: short for a list of one." }),
    ),
    credentials: Type.Optional(
      Type.Array(credentialSchema, {
        description:
          "Several API keys; one that is refused or limited rests while the others serve.",
      }),
    ),
    models: Type.Optional(
      Type.Array(text({ description: "A model's name; `*` stands for any characters." }), {
        description:
          "The models that it serves, by the names that clients use. Left out: the provider's own.",
      }),
    ),
    model_mapping: Type.Optional(
      Type.Record(Type.String(), text({ description: "The provider's name." }), {
        description:
          "The client's name → the provider's name; `*` carries over (`fast-*: gpt-*`). Followed until no rule matches.",
      }),
    ),
    capabilities: Type.Optional(capabilitiesSchema),
    priority: Type.Optional(
      Type.Integer({
        description: "Channels of a higher priority are tried first.",
        default: defaults.channel.priority,
        minimum: -1_000_000,
        maximum: 1_000_000,
      }),
    ),
    weight: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1_000_000,
        description: "Its share among channels of the same priority.",
        default: defaults.channel.weight,
      }),
    ),
    groups: Type.Optional(
      Type.Array(text({ description: "A group of keys." }), {
        description: "The groups of keys that it serves. Left out: all.",
      }),
    ),
    enabled: Type.Optional(
      truth({ description: "`false` takes it out of service.", default: true }),
    ),
    timeouts: Type.Optional(timeoutsSchema),
    retries: Type.Optional(
      integer({
        maximum: 100,
        description:
          "Further attempts on this channel after a failure that may pass. Left out: `retries.attempts`.",
      }),
    ),
    overrides: Type.Optional(
      Type.Object(
        {
          body: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), {
              description: "Merged into every request's body; `null` takes a field out.",
            }),
          ),
          headers: Type.Optional(
            Type.Record(
              Type.String(),
              checkedText("a header's value, on one line", isHeaderValue, {
                description: "The header's value.",
              }),
              { description: "Headers added to every request." },
            ),
          ),
        },
        { ...closed, description: "Changes to every request that the channel sends." },
      ),
    ),
    options: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "What this vendor needs besides: region, project, API version, organization.",
      }),
    ),
  },
  { ...closed, description: "One way to reach a provider." },
);

export const scopes = [
  "inference",
  "keys:read",
  "keys:write",
  "channels:read",
  "channels:write",
  "usage:read",
  "operator",
] as const;

export const keySchema = Type.Object(
  {
    name: text({ description: "Unique among all keys. The key's id is derived from it." }),
    secret: Type.Optional(
      checkedText(
        "8 to 512 visible ASCII characters, without spaces",
        (value) => /^[\x21-\x7e]{8,512}$/.test(value),
        {
          description:
            "The key itself, in any form. Better a variable, or `secret_sha256`, than the plain text.",
          secret: true,
        },
      ),
    ),
    secret_sha256: Type.Optional(
      checkedText("64 hexadecimal digits", (value) => /^[0-9a-f]{64}$/i.test(value), {
        description: "SHA-256 of the key in hexadecimal, so that the file does not hold the key.",
      }),
    ),
    models: Type.Optional(
      Type.Array(text({ description: "A model's name; `*` stands for any characters." }), {
        description: "The models that it may use. Left out: all.",
      }),
    ),
    addresses: Type.Optional(
      Type.Array(address({ description: "An address or range." }), {
        description: "Where it may be used from. Left out: everywhere.",
      }),
    ),
    group: Type.Optional(
      text({ description: "Its group: channels with `groups` serve only keys of those." }),
    ),
    contract: Type.Optional(
      oneOf(["native", "concurred", "newapi"], {
        description: "How failures are told to it under `/v1`.",
        default: "native",
      }),
    ),
    requests_per_minute: Type.Optional(integer({ minimum: 1, description: "Left out: no limit." })),
    expires_at: Type.Optional(
      checkedText("a date (2027-01-31) or a time with its zone (2027-01-31T12:00:00Z)", isMoment, {
        description: "When it ends, in ISO 8601. A date ends as it begins, in UTC.",
      }),
    ),
    scopes: Type.Optional(
      Type.Array(oneOf([...scopes], { description: "A scope." }), {
        description: "What it may do.",
        default: ["inference"],
      }),
    ),
    enabled: Type.Optional(truth({ description: "`false` switches it off.", default: true })),
    on_unsupported: Type.Optional(
      oneOf(["refuse", "drop"], {
        description:
          "What a model cannot do is refused, or left out of the request with a warning.",
        default: "refuse",
      }),
    ),
  },
  { ...closed, description: "An API key." },
);
