"""OpenAI's Python SDK, pointed at Parley. Prints one JSON object of what it saw."""

import json
import sys

import openai

base_url, api_key = sys.argv[1:3]
client = openai.OpenAI(base_url=base_url, api_key=api_key, max_retries=0)
messages = [{"role": "user", "content": "Hello"}]

whole = client.chat.completions.create(model="sandbox/chat", messages=messages)
stream = client.chat.completions.create(model="sandbox/chat", messages=messages, stream=True)
streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)

errors = []
for model in ("no-such-model", "sandbox/chat;fail=upstream.overloaded"):
    try:
        client.chat.completions.create(model=model, messages=messages)
    except openai.APIStatusError as error:
        errors.append([type(error).__name__, error.status_code, error.code, error.request_id])
broken = None
try:
    for _ in client.chat.completions.create(
        model="sandbox/chat;fail=upstream.stream_broken;at=middle", messages=messages, stream=True
    ):
        pass
except openai.APIError as error:
    broken = error.code

print(
    json.dumps(
        {
            "whole": whole.choices[0].message.content,
            "streamed": streamed,
            "models": [model.id for model in client.models.list()],
            "errors": errors,
            "broken": broken,
        }
    )
)
