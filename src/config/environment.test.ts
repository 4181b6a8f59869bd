import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEnvironment, type ProviderFacts } from "./environment.ts";

const providers: ProviderFacts[] = [
  { name: "openai", environment: { key: "OPENAI_API_KEY", baseUrl: "OPENAI_BASE_URL" } },
  { name: "own", keyless: true, environment: { key: "OWN_KEY", baseUrl: "OWN_URL" } },
];

test("a provider's usual variable makes a channel whose id stays", () => {
  const read = (key: string) => loadEnvironment({ OPENAI_API_KEY: key }, providers).channels[0];
  const channel = read("sk-one");
  assert.equal(channel?.name, "env-openai");
  assert.equal(channel?.definedIn, "environment");
  assert.equal(channel?.credentials[0]?.secret, "sk-one");
  assert.equal(channel?.id, read("sk-two")?.id);
});

test("a base URL is honoured, and is enough where no key is needed", () => {
  const { channels } = loadEnvironment(
    { OPENAI_BASE_URL: "http://127.0.0.1:1/v1/", OWN_URL: "http://127.0.0.1:2" },
    providers,
  );
  assert.deepEqual(
    channels.map(({ name, baseUrl }) => [name, baseUrl]),
    [["env-own", "http://127.0.0.1:2"]],
  );
  const both = loadEnvironment(
    { OPENAI_API_KEY: "sk", OPENAI_BASE_URL: "http://127.0.0.1:1/v1/" },
    providers,
  );
  assert.equal(both.channels[0]?.baseUrl, "http://127.0.0.1:1/v1");
});

test("a key alone makes no channel where the provider has no address of its own", () => {
  const azure: ProviderFacts = { name: "azure", kind: "http", environment: { key: "AZURE_KEY" } };
  assert.deepEqual(loadEnvironment({ AZURE_KEY: "k" }, [azure]).channels, []);
  const addressed = { ...azure, baseUrl: "https://a.example" };
  assert.equal(loadEnvironment({ AZURE_KEY: "k" }, [addressed]).channels.length, 1);
});

test("empty variables count as unset", () => {
  const environment = loadEnvironment(
    { PORT: "", OPENAI_API_KEY: "", DATABASE_URL: "", PARLEY_ADMIN_KEY: "" },
    providers,
  );
  assert.equal(environment.port, undefined);
  assert.equal(environment.adminKey, undefined);
  assert.deepEqual(environment.channels, []);
});

test("each wrong variable is told on a line of its own, without secrets", () => {
  assert.throws(
    () =>
      loadEnvironment(
        {
          PORT: "http",
          PARLEY_HOST: "a b",
          PARLEY_PUBLIC_URL: "ftp://x",
          PARLEY_ADMIN_KEY: "se cret",
          DATABASE_URL: "postgres://user:pass@host/db",
          REDIS_URL: "redis://x",
          OPENAI_API_KEY: "sk\n1",
          OPENAI_BASE_URL: "nope",
        },
        providers,
      ),
    {
      name: "ConfigError",
      message: [
        "environment: DATABASE_URL: PostgreSQL is not supported by this version of Parley: unset it to run one process on SQLite",
        "environment: REDIS_URL: Redis is not supported by this version of Parley: unset it to run one process on SQLite",
        'environment: PORT: must be a whole number from 0 to 65535, not "http"',
        'environment: PARLEY_HOST: must be an address or a host\'s name, not "a b"',
        'environment: PARLEY_PUBLIC_URL: must be an http or https URL, not "ftp://x"',
        "environment: PARLEY_ADMIN_KEY: must be visible ASCII characters without spaces",
        "environment: OPENAI_API_KEY: must be visible ASCII characters on one line",
        'environment: OPENAI_BASE_URL: must be an http or https URL, not "nope"',
      ].join("\n"),
    },
  );
});
