/** Where time and randomness come from: the application, never the database, so that tests can hold them still. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
