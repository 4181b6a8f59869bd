/** What only Chat Completions can get wrong, or may oddly do right. */
import { json } from "../reply.ts";
import { say, says, stream, type Wire } from "../wires/wire.ts";
import { both, broken, either, type Fault, given, streamed, told, whole } from "./fault.ts";

const empty = told(
  "upstream.empty",
  "upstream.shape_unknown",
  "upstream.event_unreadable",
  "upstream.stream_unfinished",
);
const failed = ["upstream.error_unknown", "upstream.server_error"] as const;
const head = {
  id: "chatcmpl-truth",
  object: "chat.completion",
  created: 1_767_225_600,
  model: "truth-1",
};
const error = { code: 502, message: "Provider disconnected" };

export function openaiChatFaults(wire: Wire): Fault[] {
  const body = (choices: unknown, more: object = {}) => json(200, { ...head, choices, ...more });
  const event = (choices: unknown, more: object = {}) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...more })}\n\n`;
  const message = (fields: object, more: object = {}) => [
    { index: 0, message: { role: "assistant", ...fields }, finish_reason: "stop", ...more },
  ];
  const errorFinish = event([{ index: 0, delta: {}, finish_reason: "error" }]);
  const text = "Nothing but";
  const said = say({ text });
  const done = say({ text, finish: "stop" });
  const parts = [says.opening, says.text(text)];
  const end = [says.finish("stop"), says.end];
  const pair = say({ text: "One.", finish: "stop" }, { text: "Two.", finish: "length" });

  return [
    whole("choices-missing", "no choices", json(200, { ...head, usage: {} }), empty),
    whole("choices-null", "choices: null", body(null), empty),
    whole("choices-empty", "choices: []", body([]), empty),
    whole("choices-object", "choices is an object", body({ message: { content: "x" } }), empty),
    whole("choices-string", "choices is a string", body("none"), empty),
    whole("choice-empty", "choices: [{}]", body([{}]), empty),
    whole("choice-null", "choices: [null]", body([null]), empty),
    whole(
      "message-missing",
      "a choice without a message",
      body([{ index: 0, finish_reason: "stop" }]),
      empty,
    ),
    whole(
      "message-null",
      "message: null",
      body([{ index: 0, message: null, finish_reason: null }]),
      empty,
    ),
    whole(
      "message-string",
      "message is a string",
      body([{ index: 0, message: "hello", finish_reason: "stop" }]),
      empty,
    ),
    whole(
      "content-null-unfinished",
      "nothing said, and no reason for it",
      body(message({ content: null }, { finish_reason: null })),
      empty,
    ),
    whole(
      "chunk-as-answer",
      "a chunk instead of an answer",
      body([{ index: 0, delta: { content: "x" }, finish_reason: null }]),
      empty,
    ),
    whole(
      "choice-error",
      "an error in the choice (OpenRouter)",
      body(message({ content: "" }, { finish_reason: "error", error })),
      told(...failed),
    ),
    whole(
      "choice-error-partial",
      "an error in the choice, after some text (OpenRouter)",
      body(message({ content: "Nothing bu" }, { finish_reason: "error", error })),
      told(...failed),
    ),
    whole(
      "choices-and-error",
      "choices, and an error beside them",
      body(message({ content: "Nothing bu" }, { finish_reason: null }), { error }),
      told(...failed),
    ),
    whole(
      "content-null",
      "control: nothing said, with a finish reason",
      body(message({ content: null })),
      given(say({ finish: "stop" })),
    ),

    streamed(
      "chunk-choices-null",
      "chunks with choices: null",
      stream(wire, [event(null), event(null), says.end]),
      empty,
    ),
    streamed(
      "chunk-choice-empty",
      "chunks with choices: [{}]",
      stream(wire, [event([{}]), says.end]),
      empty,
    ),
    streamed(
      "chunk-objects-empty",
      "chunks that are empty objects",
      stream(wire, ["data: {}\n\n", "data: {}\n\n", says.end]),
      empty,
    ),
    streamed(
      "chunk-error-finish",
      "a chunk with an error and finish_reason error, after text (OpenRouter)",
      stream(wire, [
        ...parts,
        event([{ index: 0, delta: { content: "" }, finish_reason: "error" }], { error }),
        says.end,
      ]),
      broken(said, ...failed),
    ),
    streamed(
      "chunk-error-finish-first",
      "a chunk with an error and finish_reason error, first (OpenRouter)",
      stream(wire, [
        event([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: "error" }], {
          error,
        }),
        says.end,
      ]),
      told(...failed),
    ),
    streamed(
      "chunk-finish-error-bare",
      "finish_reason error without a word",
      stream(wire, [...parts, errorFinish, says.end]),
      broken(said, ...failed, "upstream.stream_unfinished"),
    ),
    streamed(
      "one-of-two-unfinished",
      "one of two choices never finishes",
      stream(wire, [says.text("One.", 0), says.text("Tw", 1), says.finish("stop", 0), says.end]),
      broken(say({ text: "One.", finish: "stop" }, { text: "Tw" }), "upstream.stream_unfinished"),
    ),
    streamed(
      "middle-choices-null",
      "choices: null in the middle, then a good end",
      stream(wire, [...parts, event(null), ...end]),
      either(given(done), broken(said, "upstream.event_unreadable", "upstream.shape_unknown")),
    ),
    streamed(
      "delta-null",
      "delta: null with the finish reason",
      stream(wire, [...parts, event([{ index: 0, delta: null, finish_reason: "stop" }]), says.end]),
      either(given(done), broken(said, "upstream.event_unreadable", "upstream.shape_unknown")),
    ),
    streamed(
      "azure-first-chunk",
      "control: Azure's first chunk, with choices: []",
      stream(wire, [
        event([], { prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] }),
        ...parts,
        ...end,
      ]),
      given(done),
    ),
    streamed(
      "usage-null",
      "control: usage: null in every chunk",
      stream(wire, [
        says.opening,
        event([{ index: 0, delta: { content: text }, finish_reason: null }], {
          usage: null,
          error: null,
        }),
        ...end,
      ]),
      given(done),
    ),
    streamed(
      "content-null-chunks",
      "control: content: null around the text",
      stream(wire, [
        event([{ index: 0, delta: { role: "assistant", content: null }, finish_reason: null }]),
        ...parts,
        ...end,
      ]),
      given(done),
    ),
    {
      ...both(
        "two-choices",
        "control: two choices",
        ({ streaming }) =>
          streaming
            ? stream(wire, [
                says.text("One", 0),
                says.text("Two", 1),
                says.text(".", 1),
                says.finish("length", 1),
                says.text(".", 0),
                says.finish("stop", 0),
                says.end,
              ])
            : json(200, wire.answer(pair)),
        given(pair),
      ),
      ask: { choices: 2 },
    },
  ];
}
