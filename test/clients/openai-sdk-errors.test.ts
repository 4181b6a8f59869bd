/** OpenAI's own SDK, pointed at Parley: what it throws, when it tries again, and what its abort stops. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI, { type APIError } from "openai";
import { KEY, RunningGateway, until } from "../support/gateway.ts";
import {
  beginStream,
  chunk,
  fails,
  inTurn,
  ScriptedUpstream,
  says,
  silent,
} from "../support/upstream.ts";

let gateway: RunningGateway;
let client: OpenAI;
const upstream = new ScriptedUpstream();
before(async () => {
  await upstream.start();
  gateway = await RunningGateway.start({
    retries: { attempts: 0, base_ms: 10, max_ms: 100 },
    channels: [{ name: "up", provider: "openai", base_url: upstream.url(), credential: "sk-up" }],
    keys: [
      { name: "narrow", secret: "narrow-key", models: ["sandbox/chat"] },
      { name: "few", secret: "limited-key", requests_per_minute: 1 },
    ],
  });
  client = sdk(KEY);
});
after(async () => {
  await upstream.stop();
  await gateway?.stop();
});

function sdk(apiKey: string, maxRetries = 0): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries });
}

const messages = [
  { role: "user" as const, content: "Tell me of a fox and a dog that met at dawn." },
];

/** What the call throws. */
async function thrownBy(call: PromiseLike<unknown>): Promise<APIError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof OpenAI.APIError, String(error));
    return error;
  }
  throw new Error("nothing was thrown");
}

interface Row {
  what: string;
  thrown: new (...parts: never[]) => APIError;
  status: number;
  code: string;
  param?: string;
  call: () => PromiseLike<unknown>;
}

const chat = (model: string) => client.chat.completions.create({ model, messages });

const rows: Row[] = [
  {
    what: "a field of a wrong type",
    thrown: OpenAI.BadRequestError,
    status: 400,
    code: "invalid_parameter_value",
    param: "temperature",
    call: () => client.chat.completions.create({ model: "sandbox/chat", messages, temperature: 7 }),
  },
  {
    what: "a wrong key",
    thrown: OpenAI.AuthenticationError,
    status: 401,
    code: "invalid_api_key",
    call: () => sdk("not-a-key-of-this-house").models.list(),
  },
  {
    what: "a key that may not use the model",
    thrown: OpenAI.PermissionDeniedError,
    status: 403,
    code: "insufficient_permissions",
    param: "model",
    call: () => sdk("narrow-key").chat.completions.create({ model: "sandbox/reason", messages }),
  },
  {
    what: "an unknown model",
    thrown: OpenAI.NotFoundError,
    status: 404,
    code: "model_not_found",
    param: "model",
    call: () => chat("no-such-model"),
  },
  {
    what: "a path that is not there",
    thrown: OpenAI.NotFoundError,
    status: 404,
    code: "resource_not_found",
    call: () => client.files.list(),
  },
  {
    what: "a resource that is not in the state for it",
    thrown: OpenAI.ConflictError,
    status: 409,
    code: "state_precondition_failed",
    call: () => chat("sandbox/chat;fail=resource.state_wrong"),
  },
  {
    what: "the provider's rate limit",
    thrown: OpenAI.RateLimitError,
    status: 429,
    code: "rate_limit_exceeded",
    call: () => chat("openai/limited"),
  },
  {
    what: "a defect, as the sandbox plays it",
    thrown: OpenAI.InternalServerError,
    status: 500,
    code: "internal_error",
    call: () => chat("sandbox/chat;fail=gateway.defect"),
  },
  {
    what: "a provider that fails",
    thrown: OpenAI.InternalServerError,
    status: 502,
    code: "upstream_error",
    call: () => chat("openai/broken"),
  },
  {
    what: "a provider that is overloaded",
    thrown: OpenAI.InternalServerError,
    status: 503,
    code: "model_unavailable",
    call: () => chat("openai/overloaded"),
  },
  {
    what: "a provider that is too slow",
    thrown: OpenAI.InternalServerError,
    status: 504,
    code: "upstream_timeout",
    call: () => chat("sandbox/chat;fail=upstream.timeout"),
  },
];

for (const { what, thrown, status, code, param, call } of rows) {
  test(`${what}: ${thrown.name} with ${code}`, async () => {
    upstream.on("limited", fails(429, {}, { "retry-after": "7" }));
    upstream.on("broken", fails(500));
    upstream.on("overloaded", fails(503));
    const error = await thrownBy(call());
    assert.equal(error.constructor, thrown, error.message);
    assert.equal(error.status, status);
    assert.equal(error.code, code);
    assert.equal(error.param ?? undefined, param);
    assert.match(error.requestID ?? "", /^req_/);
    assert.ok(error.message.length > 10, error.message);
  });
}

for (const at of ["open", "first", "middle", "end"]) {
  for (const model of ["sandbox/chat", "sandbox/reason"]) {
    test(`${model} failing at ${at}: a status, or an error in the stream`, async () => {
      const name = `${model};fail=upstream.overloaded;at=${at}`;
      const whole = await thrownBy(client.chat.completions.create({ model: name, messages }));
      assert.deepEqual([whole.status, whole.code], [503, "model_unavailable"]);
      assert.equal(whole.headers?.get("x-parley-simulated"), "true");

      let text = "";
      const reading = (async () => {
        const request = { model: name, messages, stream: true } as const;
        for await (const { choices } of await client.chat.completions.create(request)) {
          assert.equal(choices[0]?.finish_reason ?? null, null, "no finish that was not given");
          text += JSON.stringify(choices[0]?.delta);
        }
      })();
      const streamed = await thrownBy(reading);
      assert.equal(streamed.code, "model_unavailable");
      const before = at === "open" || at === "first";
      assert.equal(streamed.status, before ? 503 : undefined);
      assert.equal(text === "", before, text);
      await assert.rejects(
        client.chat.completions.stream({ model: name, messages }).finalChatCompletion(),
        OpenAI.APIError,
      );
    });
  }
}

test("the sandbox failing inside a tool call", async () => {
  const tools = [
    {
      type: "function" as const,
      function: {
        name: "weather",
        parameters: { type: "object", properties: { city: { type: "string" } } },
      },
    },
  ];
  const model = "sandbox/tools;fail=upstream.stream_broken;at=tool";
  const whole = await thrownBy(client.chat.completions.create({ model, messages, tools }));
  assert.deepEqual([whole.status, whole.code], [502, "upstream_error"]);
  const stream = client.chat.completions.stream({ model, messages, tools });
  let begun = false;
  stream.on("chunk", ({ choices }) => {
    begun ||= choices[0]?.delta.tool_calls !== undefined;
  });
  const streamed = await thrownBy(stream.finalChatCompletion());
  assert.equal(streamed.code, "upstream_error");
  assert.ok(begun, "the call had begun");
});

test("the SDK tries again where that may help, and obeys where it does not", async () => {
  const eager = sdk(KEY, 2);
  upstream.on("passes", inTurn(fails(500), says("At last.")));
  const answer = await eager.chat.completions.create({ model: "openai/passes", messages });
  assert.equal(answer.choices[0]?.message.content, "At last.");
  assert.equal(upstream.calls("passes").length, 2);

  // Without x-should-retry the SDK would ask thrice at a 429.
  upstream.on(
    "poor",
    fails(400, { code: "context_length_exceeded", message: "maximum context length" }),
  );
  await thrownBy(eager.chat.completions.create({ model: "openai/poor", messages }));
  assert.equal(upstream.calls("poor").length, 1);
  const never = "sandbox/chat;fail=meter.budget_exhausted";
  const started = performance.now();
  const error = await thrownBy(eager.chat.completions.create({ model: never, messages }));
  assert.deepEqual([error.status, error.code], [429, "budget_exhausted"]);
  assert.ok(performance.now() - started < 400, "no second try");
  const { body } = await gateway.admin("/usage?limit=100");
  const listed = Array.isArray(body.data) ? JSON.stringify(body.data) : "";
  assert.equal(listed.split(`"${never}"`).length - 1, 1, "one request reached the gateway");
});

test("a key's own limit is told with the time to wait", async () => {
  const limited = sdk("limited-key");
  await limited.chat.completions.create({ model: "sandbox/chat", messages });
  const error = await thrownBy(
    limited.chat.completions.create({ model: "sandbox/chat", messages }),
  );
  assert.equal(error.constructor, OpenAI.RateLimitError);
  const wait = Number(error.headers?.get("retry-after"));
  assert.ok(wait >= 55 && wait <= 60, `${wait}`);
});

test("aborting a stream ends the provider's call within a second", async () => {
  upstream.on("endless", ({ body, response }) => {
    beginStream(response);
    response.write(chunk(body, { role: "assistant", content: "Once" }));
  });
  const stream = await client.chat.completions.create({
    model: "openai/endless",
    messages,
    stream: true,
  });
  for await (const { choices } of stream) {
    assert.equal(choices[0]?.delta.content, "Once");
    stream.controller.abort();
  }
  const [call] = upstream.calls("endless");
  await until(() => call?.lostAt !== undefined, 1000, "the provider sees the end");
});

test("aborting what is not streamed does as well", async () => {
  upstream.on("mute", silent);
  const abort = new AbortController();
  const asked = client.chat.completions.create(
    { model: "openai/mute", messages },
    { signal: abort.signal },
  );
  asked.catch(() => undefined);
  await until(() => upstream.calls("mute").length === 1, 1000, "the provider is called");
  abort.abort();
  await assert.rejects(asked, OpenAI.APIUserAbortError);
  const [call] = upstream.calls("mute");
  await until(() => call?.lostAt !== undefined, 1000, "the provider sees the end");
});
