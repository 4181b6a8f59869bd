import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SlidingWindow } from "./rate-limiter.ts";

describe("the sliding window", () => {
  it("says exactly when the next request is free", () => {
    const window = new SlidingWindow();
    assert.deepEqual(window.take("k", 2, 0), { taken: true, remaining: 1 });
    assert.deepEqual(window.take("k", 2, 10_000), { taken: true, remaining: 0 });
    assert.deepEqual(window.take("k", 2, 20_000), { taken: false, retryAfterMs: 40_000 });
    assert.equal(window.take("k", 2, 59_999).taken, false);
    assert.equal(window.take("k", 2, 60_000).taken, true);
  });

  it("counts each subject apart, and keeps what was counted when the limit changes", () => {
    const window = new SlidingWindow();
    window.take("a", 3, 0);
    window.take("a", 3, 1);
    assert.equal(window.take("b", 1, 1).taken, true);
    assert.equal(window.take("a", 2, 2).taken, false);
    assert.equal(window.take("a", 5, 2).taken, true);
  });

  it("never lets more than the limit pass in any minute, and never refuses without need", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
        (limit, gaps) => {
          const window = new SlidingWindow();
          const taken: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            const inWindow = taken.filter((at) => at > now - 60_000).length;
            const result = window.take("k", limit, now);
            assert.equal(result.taken, inWindow < limit);
            if (result.taken) taken.push(now);
          }
        },
      ),
    );
  });
});
