/** What holds where neither the environment nor parley.yaml says otherwise. */
export const defaults = {
  host: "127.0.0.1",
  port: 4100,
  dataDir: "./.parley",
  limits: {
    bodyBytes: 32 * 1024 * 1024,
    jsonDepth: 256,
    receiveMs: 60_000,
    answerBytes: 64 * 1024 * 1024,
    inFlight: 10_000,
    headerBytes: 32 * 1024,
  },
  timeouts: { connect: 10_000, firstContent: 300_000, idle: 120_000, total: 600_000 },
  retries: { attempts: 2, baseMs: 250, maxMs: 8000 },
  log: { level: "info", requests: true },
  metrics: { public: false },
  storage: { synchronous: "normal", responsesDays: 30, responsesBytes: 1024 * 1024 * 1024 },
  sandbox: { enabled: true },
  channel: { priority: 0, weight: 1 },
} as const;
