/** What `work` comes to, where it does so within so many milliseconds; else what `late` says, and `work` is nobody's who waits. */
export function withTimeout<T>(work: Promise<T>, milliseconds: number, late: () => T): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(late()), Math.max(0, milliseconds));
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
