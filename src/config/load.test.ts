import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { loadEnvironment, type ProviderFacts } from "./environment.ts";
import { loadConfig, parseConfig } from "./load.ts";
import { ConfigError } from "./problem.ts";
import type { Config } from "./schema.ts";

const providers: ProviderFacts[] = [
  {
    name: "openai",
    kind: "http",
    baseUrl: "https://api.openai.com/v1",
    environment: { key: "OPENAI_API_KEY", baseUrl: "OPENAI_BASE_URL" },
  },
  { name: "own-server", kind: "http", keyless: true },
  { name: "sandbox", kind: "local" },
];

function read(text: string, variables: Record<string, string> = {}): Config {
  return parseConfig(text, "parley.yaml", loadEnvironment(variables, providers), 1000);
}

function lines(text: string, variables: Record<string, string> = {}): string[] {
  try {
    read(text, variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}

const reference = (inner: string) => `\${${inner}}`;

test("an empty file and no file give the defaults", () => {
  const { file, ...empty } = read("# nothing\n");
  assert.equal(file, "parley.yaml");
  assert.deepEqual(empty, loadConfig(undefined, loadEnvironment({})));
  assert.deepEqual(empty.listen, { host: "127.0.0.1", port: 4100 });
});

test("the example loads with the variables that it names", () => {
  const text = readFileSync(new URL("../../parley.example.yaml", import.meta.url), "utf8");
  const named = [...text.matchAll(/: \$\{([A-Z_]+)\}|- \$\{([A-Z_]+)\}/g)];
  const names = named.map(([, first, second]) => first ?? second ?? "");
  assert.deepEqual(names, ["OPENAI_API_KEY", "OPENAI_EU_KEY", "OPENAI_EU_SPARE_KEY", "TEAM_KEY"]);
  const variables = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
  const config = parseConfig(text, "parley.example.yaml", loadEnvironment(variables), 1);
  assert.equal(config.channels[0]?.credentials[0]?.secret, "value-of-OPENAI_API_KEY");
  assert.deepEqual(config.channels[1]?.overrides.body, { store: false, user: null });
  assert.deepEqual(config.channels[1]?.capabilities, {
    "smart-*": { vision: true, audioOutput: false },
  });
  assert.equal(config.channels[1]?.timeouts.firstContent, 60_000);
  assert.equal(
    config.keys[0]?.hash,
    createHash("sha256").update("value-of-TEAM_KEY").digest("hex"),
  );
  assert.equal(config.keys[0]?.expiresAt, Date.UTC(2035, 11, 31, 23, 59, 59));
});

test("every mistake is told, by file, line and key", () => {
  const text = [
    "listen:",
    "  port: 70000",
    "channels:",
    "  - name: a",
    "    provider: openai",
    "    base_url: foo",
    "    weigth: 2",
    "    models: gpt-5",
    "  - name: 5",
  ].join("\n");
  assert.deepEqual(lines(text), [
    "parley.yaml:2: listen.port: must be a whole number from 0 to 65535, not 70000",
    'parley.yaml:6: channels[0].base_url: must be an http or https URL, not "foo"',
    "parley.yaml:7: channels[0].weigth: is not a known key; did you mean weight?",
    'parley.yaml:8: channels[0].models: must be a list, not "gpt-5"',
    "parley.yaml:9: channels[1].provider: is missing",
    "parley.yaml:9: channels[1].name: must be text that is not empty, not 5 (write it in quotes)",
  ]);
});

test("a key given twice, a tab and broken syntax are told by line", () => {
  assert.deepEqual(lines("log:\n  level: info\n  level: warn\n"), [
    "parley.yaml:3: log.level: is given twice: keep one of them",
  ]);
  assert.deepEqual(lines("listen:\n\tport: 1\n"), [
    "parley.yaml:2: indented with a tab: YAML allows only spaces",
  ]);
  const [broken = "", ...rest] = lines("keys: [{secret: sk-very-secret] }\n");
  assert.match(broken, /^parley\.yaml:1: not valid YAML: /);
  assert.doesNotMatch(broken, /sk-very-secret/);
  assert.deepEqual(rest, []);
  assert.deepEqual(lines("5"), ["parley.yaml:1: must be a mapping of keys to values, not 5"]);
});

test("aliases that multiply, or hold themselves, are cut short", () => {
  let text = "x0: &x0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (let i = 1; i < 9; i++) {
    text += `x${i}: &x${i} [${Array(10)
      .fill(`*x${i - 1}`)
      .join(",")}]\n`;
  }
  assert.match(lines(text).join(), /^parley\.yaml:\d+: x\d[^:]*: is too large, aliases followed$/);
  assert.match(lines("a: &a [*a]\n").join(), /is nested deeper than 64 levels/);
});

test("a variable is inserted as it is, and never read as YAML", () => {
  const secret = "x: [1, 2] # \\n: &a *b";
  const text = `channels:\n  - {name: a, provider: openai, credential: "${reference("S")}"}\n`;
  assert.equal(read(text, { S: secret }).channels[0]?.credentials[0]?.secret, secret);
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      assert.equal(read(text, { S: value }).channels[0]?.credentials[0]?.secret, value);
    }),
  );
});

test("a number or truth value may come from a variable", () => {
  const text = `listen:\n  port: ${reference("P:-5000")}\nlog:\n  requests: ${reference("R")}\n`;
  assert.equal(read(text, { R: "false" }).listen.port, 5000);
  assert.equal(read(text, { R: "false", P: "6000" }).listen.port, 6000);
  assert.equal(read(text, { R: "false" }).log.requests, false);
  assert.deepEqual(lines(text, { R: "no", P: "secret" }), [
    "parley.yaml:2: listen.port: must be a whole number from 0 to 65535, which the value of P is not",
    "parley.yaml:4: log.requests: must be true or false, which the value of R is not",
  ]);
});

test("a variable that is missing or empty is told with file, line and key", () => {
  const text = `channels:\n  - name: a\n    provider: openai\n    credential: ${reference("NO_SUCH")}\n`;
  const expected = `parley.yaml:4: channels[0].credential: the environment variable NO_SUCH is not set: set it, or write ${reference("NO_SUCH:-default")}`;
  assert.deepEqual(lines(text), [expected]);
  assert.deepEqual(lines(text, { NO_SUCH: "" }), [expected]);
  assert.match(lines(`public_url: ${reference("a b")}`).join(), /is not a reference to a variable/);
  const plain = `models: {aliases: {a: "$${reference("X")}"}}`;
  assert.equal(read(plain).aliases.a, reference("X"));
});

test("no secret is ever shown", () => {
  const text = [
    "channels:",
    "  - {name: a, provider: openai, credential: 123456789012}",
    '  - {name: b, provider: openai, credentials: [{secret: "", id: x}]}',
    "keys:",
    '  - {name: k, secret: "has a space 987654321"}',
    '  - {name: l, secret: "short99"}',
  ].join("\n");
  const all = lines(text);
  assert.equal(all.length, 4);
  assert.doesNotMatch(all.join("\n"), /123456789012|987654321|short99/);
});

test("names, secrets, providers and aliases must fit together", () => {
  const text = [
    "channels:",
    "  - {name: env-openai, provider: openai, credential: c}",
    "  - {name: b, provider: opnai, credential: c}",
    "  - {name: b, provider: own-server}",
    "  - {name: d, provider: openai}",
    "keys:",
    "  - {name: k, secret: 'abcdefgh'}",
    "  - {name: k, secret: 'abcdefgh'}",
    "  - {name: l}",
    "models: {aliases: {x: y, y: x, z: x}}",
  ].join("\n");
  assert.deepEqual(lines(text, { OPENAI_API_KEY: "sk-1" }), [
    'parley.yaml:2: channels[0].name: "env-openai" is taken by the environment',
    'parley.yaml:3: channels[1].provider: "opnai" is not a provider; did you mean openai?',
    'parley.yaml:4: channels[2].name: "b" is taken by channels[1]',
    "parley.yaml:4: channels[2].base_url: is missing: own-server has no address of its own",
    "parley.yaml:5: channels[3].credential: is missing: openai needs one",
    'parley.yaml:8: keys[1].name: "k" is taken by keys[0]',
    "parley.yaml:8: keys[1].secret: is the same as keys[0]'s",
    "parley.yaml:9: keys[2]: needs either secret or secret_sha256",
    "parley.yaml:10: models.aliases.x: leads back to itself",
    "parley.yaml:10: models.aliases.y: leads back to itself",
  ]);
});

test("ids stay the same as long as names do", () => {
  const one = read("channels: [{name: a, provider: sandbox}]\nkeys: [{name: a, secret: abcdefgh}]");
  const two = read(
    "channels: [{name: b, provider: sandbox}, {name: a, provider: sandbox, weight: 3}]\nkeys: [{name: a, secret: other-secret}]",
  );
  assert.equal(one.channels[0]?.id, two.channels[1]?.id);
  assert.equal(one.keys[0]?.id, two.keys[0]?.id);
  assert.notEqual(two.channels[0]?.id, two.channels[1]?.id);
  assert.match(one.channels[0]?.id ?? "", /^chn_[0-9a-z]{24}$/);
  assert.match(one.keys[0]?.id ?? "", /^key_[0-9a-z]{24}$/);
});

test("the environment comes before the file", () => {
  const text = "listen: {host: 10.0.0.1, port: 1}\npublic_url: https://a.example/\ndata_dir: x\n";
  const config = read(text, {
    PORT: "8080",
    PARLEY_HOST: "[::1]",
    PARLEY_PUBLIC_URL: "https://b.example/",
    PARLEY_DATA_DIR: "y",
  });
  assert.deepEqual(config.listen, { host: "::1", port: 8080 });
  assert.equal(config.publicUrl, "https://b.example");
  assert.equal(config.dataDir, "y");
  assert.equal(read(text).publicUrl, "https://a.example");
});

test("no text makes the reader fail in another way than by saying what is wrong", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "listen:",
      "\n",
      "  ",
      "- ",
      "${",
      "}",
      "&a ",
      "*a",
      "{",
      "[",
      ": ",
      '"',
      "!!x ",
      "? ",
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      for (const line of lines(pieces.join(""))) assert.match(line, /^parley\.yaml:\d+: /);
    }),
  );
});
