/**
 * parley.yaml: every key, what it means, what it may be and what holds without it. The validator,
 * the typed result and docs/configuration.md are all derived from this.
 */
import { type Static, Type } from "typebox";
import type { Channel, Timeouts } from "../core/channel.ts";
import type { Key } from "../core/key.ts";
import { defaults } from "./defaults.ts";
import { address, integer, milliseconds, oneOf, text, truth, url } from "./fields.ts";
import { channelSchema, keySchema, timeoutsSchema } from "./schema-resources.ts";

const closed = { additionalProperties: false } as const;

export const configSchema = Type.Object(
  {
    listen: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(
            text({
              description:
                "The address to listen on; `0.0.0.0` or `::` for every one. `PARLEY_HOST` comes first.",
              default: defaults.host,
            }),
          ),
          port: Type.Optional(
            integer({
              maximum: 65_535,
              description: "The port; 0 takes any free one. `PORT` comes first.",
              default: defaults.port,
            }),
          ),
        },
        { ...closed, description: "Where Parley listens. Needs a restart." },
      ),
    ),
    public_url: Type.Optional(
      url({
        description:
          "Where clients reach Parley, for the links in its answers. `PARLEY_PUBLIC_URL` comes first. Left out: the address it listens on.",
      }),
    ),
    data_dir: Type.Optional(
      text({
        description:
          "The folder of the database, the master key and the command line's socket, relative to the folder that Parley starts in. `PARLEY_DATA_DIR` comes first. Needs a restart.",
        default: defaults.dataDir,
      }),
    ),
    trusted_proxies: Type.Optional(
      Type.Array(address({ description: "An address or range." }), {
        description:
          "Proxies whose `X-Forwarded-For` says who the client is. From all others the header is ignored.",
        default: [],
      }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          body_bytes: Type.Optional(
            integer({
              minimum: 1024,
              maximum: 1_073_741_824,
              description: "The largest request body, in bytes, also after decompression.",
              default: defaults.limits.bodyBytes,
            }),
          ),
          json_depth: Type.Optional(
            integer({
              minimum: 8,
              maximum: 10_000,
              description: "How deep a request's JSON may nest.",
              default: defaults.limits.jsonDepth,
            }),
          ),
          receive_ms: Type.Optional(
            milliseconds({
              description: "The time in which a whole request must arrive, in milliseconds.",
              default: defaults.limits.receiveMs,
            }),
          ),
          answer_bytes: Type.Optional(
            integer({
              minimum: 1024,
              maximum: 1_073_741_824,
              description:
                "The largest answer, or single event of a stream, from a provider, in bytes.",
              default: defaults.limits.answerBytes,
            }),
          ),
          in_flight: Type.Optional(
            integer({
              minimum: 1,
              description: "Requests under way at once; more are refused as overload.",
              default: defaults.limits.inFlight,
            }),
          ),
          header_bytes: Type.Optional(
            integer({
              minimum: 4096,
              maximum: 1_048_576,
              description:
                "The largest request line and headers together, in bytes. Needs a restart.",
              default: defaults.limits.headerBytes,
            }),
          ),
        },
        { ...closed, description: "What a request, and an answer, may be at most." },
      ),
    ),
    timeouts: Type.Optional(timeoutsSchema),
    retries: Type.Optional(
      Type.Object(
        {
          attempts: Type.Optional(
            integer({
              maximum: 100,
              description: "Further attempts on one channel after a failure that may pass.",
              default: defaults.retries.attempts,
            }),
          ),
          base_ms: Type.Optional(
            milliseconds({
              description: "The first pause, in milliseconds; doubled each time, with jitter.",
              default: defaults.retries.baseMs,
            }),
          ),
          max_ms: Type.Optional(
            milliseconds({
              description:
                "The longest pause, in milliseconds; a provider that asks for a longer one is not waited for.",
              default: defaults.retries.maxMs,
            }),
          ),
        },
        { ...closed, description: "Trying again." },
      ),
    ),
    channels: Type.Optional(
      Type.Array(channelSchema, { description: "The ways to reach providers." }),
    ),
    keys: Type.Optional(Type.Array(keySchema, { description: "API keys." })),
    models: Type.Optional(
      Type.Object(
        {
          aliases: Type.Optional(
            Type.Record(Type.String(), text({ description: "The model's name." }), {
              description: "Further names of models: name → model (or `provider/model`).",
            }),
          ),
        },
        { ...closed, description: "Names of models." },
      ),
    ),
    log: Type.Optional(
      Type.Object(
        {
          level: Type.Optional(
            oneOf(["silent", "fatal", "error", "warn", "info", "debug", "trace"], {
              description: "The least severe line that is written.",
              default: defaults.log.level,
            }),
          ),
          requests: Type.Optional(
            truth({ description: "A line for every request.", default: defaults.log.requests }),
          ),
        },
        { ...closed, description: "The log, on standard output." },
      ),
    ),
    metrics: Type.Optional(
      Type.Object(
        {
          public: Type.Optional(
            truth({
              description: "`GET /metrics` for everyone, not only for loopback or with a key.",
              default: defaults.metrics.public,
            }),
          ),
        },
        { ...closed, description: "Prometheus metrics." },
      ),
    ),
    storage: Type.Optional(
      Type.Object(
        {
          synchronous: Type.Optional(
            oneOf(["normal", "full"], {
              description:
                "`normal` survives the end of the process at any moment; `full` a power cut too, at a price.",
              default: defaults.storage.synchronous,
            }),
          ),
          responses_days: Type.Optional(
            integer({
              minimum: 1,
              maximum: 36_500,
              description: "How long responses are kept that clients let Parley store, in days.",
              default: defaults.storage.responsesDays,
            }),
          ),
          responses_bytes: Type.Optional(
            integer({
              minimum: 1_048_576,
              description: "The size of all of them together, in bytes: the oldest go first.",
              default: defaults.storage.responsesBytes,
            }),
          ),
        },
        { ...closed, description: "The database. Needs a restart." },
      ),
    ),
    sandbox: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(
            truth({
              description: "`sandbox/…` models, which need no network.",
              default: defaults.sandbox.enabled,
            }),
          ),
        },
        { ...closed, description: "The built-in provider for trying things out." },
      ),
    ),
  },
  { ...closed, description: "parley.yaml" },
);

/** parley.yaml as it is written, after the check. */
export type ConfigFile = Static<typeof configSchema>;

/** What Parley runs by: environment, then parley.yaml, then defaults. Sizes in bytes, times in milliseconds. */
export interface Config {
  /** The file that was read. Absent: there is none. */
  file?: string;
  listen: { host: string; port: number };
  /** Without a trailing slash. Absent: where it listens. */
  publicUrl?: string;
  dataDir: string;
  trustedProxies: string[];
  limits: {
    bodyBytes: number;
    jsonDepth: number;
    receiveMs: number;
    answerBytes: number;
    inFlight: number;
    headerBytes: number;
  };
  timeouts: Timeouts;
  retries: { attempts: number; baseMs: number; maxMs: number };
  /** Of the file, then of the environment. */
  channels: Channel[];
  keys: Key[];
  /** A further name → model. */
  aliases: Record<string, string>;
  log: { level: LogLevel; requests: boolean };
  metrics: { public: boolean };
  storage: { synchronous: "normal" | "full"; responsesDays: number; responsesBytes: number };
  sandbox: { enabled: boolean };
}

export type LogLevel = "silent" | "fatal" | "error" | "warn" | "info" | "debug" | "trace";
