import type { AppContext } from "@/lib/app-context";
import type { Storage } from "@/lib/storage/storage";

/** Replaces some methods of a storage. */
export function withFault(storage: Storage, faults: Partial<Storage>): Storage {
  const faulty: Storage = new Proxy(storage, {
    get(target, name) {
      const found = Reflect.get(faults, name) ?? Reflect.get(target, name);
      if (typeof found !== "function") return found;
      // A driver copies only to its own class, so it needs the original object.
      return (...args: unknown[]) =>
        Reflect.apply(
          found,
          target,
          args.map((each) => (each === faulty ? target : each)),
        );
    },
  });
  return faulty;
}

/** Replaces some methods of the private storage in a context. */
export function withPrivateFault(context: AppContext, faults: Partial<Storage>): AppContext {
  const { storages } = context;
  return { ...context, storages: { ...storages, private: withFault(storages.private, faults) } };
}
