import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { knownText } from "./known-text.ts";

const url = "https://cats.example/a/b.png";
const request = (content: string) => Buffer.from(JSON.stringify({ content }));

describe("a client has said", () => {
  it("what stands in its request as a whole word", () => {
    assert.ok(knownText(request(`See ${url}.`))(url));
    assert.ok(knownText(request(url))(url));
    assert.ok(knownText(request(`见${url}。`))(url));
  });

  it("what its program wrote with other escapes", () => {
    assert.ok(knownText(Buffer.from(request(url).toString().replaceAll("/", "\\/")))(url));
    assert.ok(knownText(request(`one\n${url}\ttwo`))(url));
  });

  it("neither part of a longer word, nor what is too short, nor what is absent", () => {
    const known = knownText(request(`x${url} ${url}s acmeology ab`));
    for (const text of [url, "acme", "ab", "host.example"]) assert.ok(!known(text), text);
  });
});

it("a provider that names a thousand things is not answered for all of them", () => {
  const known = knownText(request("there"));
  for (let asked = 0; asked < 1000; asked++) known(`absent-${asked}`);
  assert.ok(!known("there"));
});

it("a long request is searched less often", () => {
  const known = knownText(
    Buffer.concat([Buffer.alloc(40 * 1024 * 1024, "x "), Buffer.from("there")]),
  );
  assert.ok(known("there"));
  assert.ok(!known("there"));
});
