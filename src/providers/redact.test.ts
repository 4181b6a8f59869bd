import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { redactAccount, redactCredentials } from "./redact.ts";

const gone: readonly [string, string, string][] = [
  ["a masked key", "Incorrect API key provided: sk-ab***********cdef.", "sk-ab"],
  ["a project key", "bad key sk-proj-AbCdEf0123456789AbCdEf", "AbCdEf0123"],
  ["a key after an escape", 'said \\"gsk_0123456789abcdef\\"', "0123456789abcdef"],
  ["a key in a query", "GET ?key=AIzaSyA-1234567890abcdef", "1234567890"],
  ["an unprefixed key", "the token 0123456789abcdef0123456789abcdef is bad", "0123456789abcdef"],
  ["a bearer", "Authorization: Bearer abc123.def", "abc123"],
  ["an organization", "Rate limit for gpt-4o in organization org-AbC123xyz on tokens", "AbC123"],
  ["a project", "project `proj_AbCdEfGh123` lacks access", "AbCdEfGh"],
  ["a project by path", "denied on projects/acme-prod/locations/eu", "acme-prod"],
  ["a deployment by name", 'deployment "chat-eu-prod" does not exist', "chat-eu-prod"],
  ["a uuid", "account 6f9619ff-8b86-d011-b42d-00c04fc964ff is closed", "6f9619ff"],
  ["money", "you have $12.34 left, balance: 99", "12.34"],
  ["a balance", "balance: 99", "99"],
  ["an inner URL", "POST http://vllm-7.internal:8000/v1 failed", "vllm-7"],
  ["a deployment's host", "see acme-eu.openai.azure.com for more", "acme-eu"],
  ["an address", "connect to 10.0.0.12:8080 refused", "10.0.0.12"],
  ["an IPv6 address", "connect to fd00::12 refused", "fd00"],
  ["an e-mail address", "write to admin@acme.example", "admin"],
  ["an internal host", "wrong (llm-internal-7.corp.example)", "llm-internal-7"],
  ["a host with its port", "wrong [llm-internal-7.corp.example:8443]", "llm-internal-7"],
  ["a host of an unlisted ending", "at gw-3.eu.acmeops: gone", "gw-3"],
  ["a host of a country", "try gpu-3.dc1.acme.pl", "gpu-3"],
  ["a service's name and port", "dial tcp backend:8080: refused", "backend"],
  ["a machine's name", "on host gpu17 it failed", "gpu17"],
  ["an address in a name", "from ip-10-0-3-7 it failed", "10-0-3-7"],
  ["a pair of addresses", "read 10.0.0.1:5123->10.0.0.2:443: reset", "10.0.0"],
  ["a role", "User: arn:aws:iam::552187340912:user/acme-bedrock is bad", "552187340912"],
  ["an account's number", "in account id: 552187340912", "552187340912"],
  ["an account after a word between", "in the deployment named prod-chat", "prod-chat"],
  ["a subscription's path", "/subscriptions/1a2b/resourceGroups/rg-prod/x", "rg-prod"],
  ["a resource", "resource 'acme-openai' is gone", "acme-openai"],
  ["an account by its form", "ask acct-acme-5521 for more", "acme-5521"],
  ["a masked key of no known form", "key trut*****ream is wrong", "ream"],
  [
    "an account in a documentation URL",
    "https://platform.openai.com/org-AbC123xyz/limits",
    "AbC123",
  ],
  ["a path", "File /usr/lib/python3/site.py failed", "python3"],
];
for (const [what, text, secret] of gone) {
  test(`${what} does not reach a client`, () => {
    assert.ok(!redactAccount(text).includes(secret), redactAccount(text));
  });
}

const stays: readonly string[] = [
  "Unsupported value: 'messages[0].role' does not support 'developer' with this model.",
  "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
  "The model `gpt-99` does not exist or you do not have access to it.",
  "models/gemini-3.6-flahs is not found for API version v1beta.",
  "Item 'rs_68c42de022c881948db7ed1cc2529f2e0202c9ad459e0d23' of type 'reasoning' was provided without its item.",
  "Invalid parameter: claude-3-5-sonnet-20241022-v2:0 has no user-provided org-wide sk-learn setting.",
  "Learn more: https://platform.openai.com/docs/guides/error-codes",
  "temperature must be <= 2, got 3.5",
  "messages.0.content.0.text: Field required; tools.0.function.name, properties.city.type",
  "anthropic.claude-3-5-sonnet-20240620-v1:0, meta.llama3-70b-instruct, qwen2.5-coder:7b, gpt-4.1",
  "The project is disabled, group by user 5, account-level, status.code:400, photo-1.png, e.g. this",
  "The user message and the resource are missing.",
];
for (const text of stays) {
  test(`"${text.slice(0, 40)}…" stays as it is`, () => {
    assert.equal(redactAccount(text), text);
  });
}

test("what the client said itself stays, for it is no secret", () => {
  const said = "https://cats.example/cat.png?size=2";
  const text = `Cannot fetch ${said}. (host llm-7.corp.example, balance: 99)`;
  const asked: string[] = [];
  const known = (word: string) => {
    asked.push(word);
    return word === said || word === "99";
  };
  assert.equal(
    redactAccount(text, known),
    `Cannot fetch ${said}. (host [host], balance: [amount])`,
  );
  assert.deepEqual(asked, [said, "llm-7.corp.example"]);
});

test("the operator sees hosts and organizations, but no key", () => {
  const text = "org-AbC123xyz at http://vllm.internal: key sk-0123456789abcdef refused";
  assert.equal(redactCredentials(text), "org-AbC123xyz at http://vllm.internal: key [key] refused");
});

test("a key that a length limit would cut in two is left out whole", () => {
  const text = `${"word ".repeat(3998)}ok sk-0123456789abcdef0123456789`;
  assert.ok(!redactCredentials(text).includes("sk-"));
});

test("no key of any known form survives, wherever it stands", () => {
  const hex = fc.string({
    unit: fc.constantFrom(..."0123456789abcdef"),
    minLength: 30,
    maxLength: 40,
  });
  const prefix = fc.constantFrom("sk-", "gsk_", "xai-", "hf_", "nvapi-", "pplx-", "AIza", "");
  const around = fc.constantFrom(" ", "'", '"', "\n", ": ", "=", "(", "?key=", "\\");
  fc.assert(
    fc.property(prefix, hex, around, around, (start, rest, left, right) => {
      fc.pre(/[a-f]/.test(rest) && /[0-9]/.test(rest));
      assert.ok(!redactAccount(`x${left}${start}${rest}${right}y`).includes(rest));
      assert.ok(!redactCredentials(`x${left}${start}${rest}${right}y`).includes(rest));
    }),
  );
});

test("time grows with the text's length, not with its shape", () => {
  for (const unit of ["a", "@", ".", ":", "://", "sk-", "a.", "1.", "=", "://a@", "x=", "[::"]) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const began = performance.now();
    redactAccount(text);
    redactCredentials(text);
    assert.ok(performance.now() - began < 1000, `slow on ${unit}`);
  }
});
