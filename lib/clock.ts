/**
 * The application's clock. Code never reads the database's time, so that tests can set the time.
 */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
