import type { AppContext } from "@/lib/app-context";
import type { Storage } from "@/lib/storage/storage";

/** The same storage with some of its methods replaced. */
export function withFault(storage: Storage, faults: Partial<Storage>): Storage {
  const faulty: Storage = new Proxy(storage, {
    get(target, name) {
      const found = Reflect.get(faults, name) ?? Reflect.get(target, name);
      if (typeof found !== "function") return found;
      // A driver copies to its own kind only, and does not know itself in disguise.
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

/** What the domain works with, its private storage faulty. */
export function withPrivateFault(deps: AppContext, faults: Partial<Storage>): AppContext {
  return { ...deps, storages: { ...deps.storages, private: withFault(deps.storages.private, faults) } };
}
