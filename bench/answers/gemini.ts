/** Google's answers to generateContent and streamGenerateContent. https://ai.google.dev/api/generate-content */
import { type Answers, plainAnswer, SENTENCE, streamedAnswer, TEXTS } from "./http.ts";

const HEADERS = [
  "date: Wed, 01 Oct 2025 08:00:00 GMT",
  "vary: Origin",
  "vary: X-Origin",
  "vary: Referer",
  "server: scaffolding on HTTPServer2",
  "x-xss-protection: 0",
  "x-frame-options: SAMEORIGIN",
  "x-content-type-options: nosniff",
  "server-timing: gfet4t7; dur=12",
];

function usage(candidatesTokenCount: number): unknown {
  return {
    promptTokenCount: 112,
    candidatesTokenCount,
    totalTokenCount: 112 + candidatesTokenCount,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 112 }],
  };
}

function answer(text: string, tokens: number, more: Record<string, unknown>): unknown {
  return {
    candidates: [{ content: { parts: [{ text }], role: "model" }, ...more, index: 0 }],
    usageMetadata: usage(tokens),
    modelVersion: "gemini-2.5-flash",
    responseId: "BenchaPq7mQx2vYkT9sLw4Rz",
  };
}

/** Google ends its lines with CR and LF. */
function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

const LAST = { finishReason: "STOP" };

export const gemini: Answers = {
  plain: plainAnswer(HEADERS, answer(SENTENCE, 48, LAST)),
  stream: streamedAnswer(
    [...HEADERS, "content-type: text/event-stream"],
    [
      ...TEXTS.map((text, index) => event(answer(text, index + 1, {}))),
      event(answer("", TEXTS.length, LAST)),
    ],
  ),
};
