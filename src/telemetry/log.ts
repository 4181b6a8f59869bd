import pino, { type Logger } from "pino";

export interface LogSettings {
  level: string;
}

/**
 * JSON lines on standard output, written in the background. No line holds a secret, a header or a body:
 * what is logged is named field by field where it is logged. A line that cannot be written (a full disk, a
 * reader that has gone) is lost; Parley goes on.
 */
export function createLog(settings: LogSettings): Logger {
  const destination = pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 250 });
  destination.on("error", () => undefined);
  return pino(
    { level: settings.level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
}
