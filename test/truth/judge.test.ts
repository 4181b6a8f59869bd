import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogue } from "../../src/failures/catalogue/index.ts";
import { native } from "../../src/failures/contracts/native.ts";
import { Failure } from "../../src/failures/failure.ts";
import type { Answer } from "./client.ts";
import { broken, type Expectation, given, told } from "./faults/fault.ts";
import { judge } from "./judge.ts";
import { openaiChat } from "./wires/openai-chat.ts";
import { eventOf, type Finish, type Mode, type Move, say, says, textOf } from "./wires/wire.ts";

const how = { strictness: "native", secrets: ["org-secret"], usageAsked: false } as const;

/** The client's dialect, as it comes. */
const chunk = (move: Move): string => textOf(openaiChat, move);
const wire = {
  text: (text: string) => chunk(says.text(text)),
  finish: (reason: Finish) => chunk(says.finish(reason)),
  usage: (figures: { input: number; output: number }) => chunk(says.usage(figures)),
  end: () => chunk(says.end),
};

function lies(expected: Expectation, answer: Answer, mode: Mode = "streamed"): string[] {
  return judge(expected, answer, { ...how, mode }).lies;
}

function stream(...parts: string[]): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream", "x-request-id": "req_1" },
    body: Buffer.from(parts.join("")),
  };
}

const failure = new Failure("upstream.stream_broken");
const context = { requestId: "req_1", publicUrl: "" };
const error = eventOf(JSON.stringify(native.renderInStream(failure, context)));

/** What Parley answers for this failure. */
function refusal(of: Failure, headers: Record<string, string> = {}): Answer {
  const { status, body } = native.render(of, context);
  return {
    status,
    headers: {
      "content-type": "application/json",
      "x-request-id": "req_1",
      "x-parley-error": of.cause,
      "x-should-retry": String(catalogue[of.cause].retry !== "never"),
      ...(of.retryAfter === undefined ? {} : { "retry-after": String(of.retryAfter) }),
      ...headers,
    },
    body: Buffer.from(JSON.stringify(body)),
  };
}

describe("the judge of a broken stream", () => {
  const expected = broken(say({ text: "Half" }), "upstream.stream_broken");

  it("believes what was said, the error and the end", () => {
    assert.deepEqual(lies(expected, stream(wire.text("Half"), error, wire.end())), []);
  });

  for (const [what, parts, lie] of [
    ["no error", [wire.text("Half"), wire.end()], /looks like a finished one/],
    ["no end", [wire.text("Half"), error], /no end after the error/],
    [
      "an invented finish reason",
      [wire.text("Half"), wire.finish("stop"), error, wire.end()],
      /invents/,
    ],
    ["lost text", [wire.text("Ha"), error, wire.end()], /text is "Ha"/],
    [
      "text after the error",
      [wire.text("Half"), error, wire.text("x"), wire.end()],
      /follows the error/,
    ],
    [
      "half an event before the error",
      [wire.text("Half"), 'data: {"cho\n\n', error, wire.end()],
      /no client can read/,
    ],
    [
      "an end inside an event",
      [wire.text("Half"), error, wire.end(), "data: {"],
      /ends inside an event/,
    ],
  ] as const)
    it(`catches ${what}`, () => {
      assert.match(lies(expected, stream(...parts)).join("; "), lie);
    });

  it("catches a connection that is cut instead", () => {
    const cut = { ...stream(wire.text("Half")), broken: "its connection was cut" };
    assert.match(lies(expected, cut).join("; "), /without a word/);
  });
});

describe("the judge of a failure before any content", () => {
  const limited = new Failure("upstream.rate_limited", { retryAfter: 40 });
  const expected: Expectation = {
    kind: "told",
    causes: ["upstream.rate_limited"],
    retryAfter: { min: 10, max: 40 },
  };

  it("believes the contract's own telling", () => {
    assert.deepEqual(lies(expected, refusal(limited), "whole"), []);
  });

  for (const [what, answer, lie] of [
    [
      "another code",
      refusal(new Failure("upstream.empty")),
      /code upstream_error, not rate_limit_exceeded/,
    ],
    ["another Retry-After", refusal(limited, { "retry-after": "1" }), /Retry-After is 1/],
    [
      "a wrong retry rule",
      refusal(limited, { "x-should-retry": "false" }),
      /x-should-retry is false/,
    ],
    [
      "a cause that is none",
      refusal(limited, { "x-parley-error": "oops" }),
      /x-parley-error is "oops"/,
    ],
    ["another request's id", refusal(limited, { "x-request-id": "req_2" }), /request_id/],
    [
      "a header that leaks",
      refusal(limited, { "openai-organization": "org-secret" }),
      /leaks "org-secret"/,
    ],
    ["a message that leaks", refusal(limited.with({ message: "in org-secret" })), /leaks/],
    ["HTML in a message", refusal(limited.with({ message: "<html>502</html>" })), /HTML/],
    ["a stack trace", refusal(limited.with({ message: "at f (/a/b.js:1:2)" })), /stack trace/],
    ["an empty message", refusal(limited.with({ message: " " })), /the message is/],
    ["an empty success", stream(), /an empty success/],
  ] as const)
    it(`catches ${what}`, () => {
      assert.match(lies(expected, answer, "whole").join("; "), lie);
    });

  it("holds other gateways to the class of the failure", () => {
    const verdictOf = (status: number) =>
      judge(
        told("upstream.credential_rejected"),
        { ...refusal(limited), status },
        { ...how, mode: "whole", strictness: "any" },
      ).lies;
    assert.deepEqual(verdictOf(502), []);
    assert.match(verdictOf(401).join("; "), /401 tells of another failure/);
  });
});

describe("the judge of a good answer", () => {
  const expected = given(say({ text: "Zoë", finish: "stop" }));

  it("believes it when it is whole", () => {
    assert.deepEqual(lies(expected, stream(wire.text("Zoë"), wire.finish("stop"), wire.end())), []);
  });

  for (const [what, parts, lie] of [
    ["changed text", [wire.text("Zoe"), wire.finish("stop"), wire.end()], /text is/],
    ["a lost finish reason", [wire.text("Zoë"), wire.end()], /finish reason is null/],
    ["a lost end", [wire.text("Zoë"), wire.finish("stop")], /does not end/],
    [
      "usage that nobody asked for",
      [wire.text("Zoë"), wire.finish("stop"), wire.usage({ input: 1, output: 1 }), wire.end()],
      /not asked for/,
    ],
    [
      "an error",
      [wire.text("Zoë"), wire.finish("stop"), error, wire.end()],
      /a good stream failed/,
    ],
  ] as const)
    it(`catches ${what}`, () => {
      assert.match(lies(expected, stream(...parts)).join("; "), lie);
    });
});
