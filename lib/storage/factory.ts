import type { Clock } from "../clock";
import { DRIVER_FACTORIES, type DriverFactories } from "./driver-factories";
import { DRIVERS, type DriverName, type SettingsOf, type StorageEnv, type StorageSettings } from "./drivers";
import type { Storage, Storages } from "./storage";

/** Creates the storage of each class. Opens neither a file nor a connection. */
export function createStorages<Name extends DriverName>(
  settings: SettingsOf<Name> & { driver: Name },
  clock: Clock,
): Storages {
  const create: DriverFactories[Name] = DRIVER_FACTORIES[settings.driver];
  return create(settings, clock);
}

export function storageSettingsFromEnv(env: StorageEnv): StorageSettings {
  return DRIVERS[env.STORAGE].settingsFromEnv(env);
}

export function storagesFromEnv(env: StorageEnv, clock: Clock): Storages {
  return createStorages(storageSettingsFromEnv(env), clock);
}

/** Returns the storage of a class. Throws an error that lists the classes for any other name. */
export function storageByName(storages: Storages, name: string): Storage {
  const storage = new Map<string, Storage>(Object.entries(storages)).get(name);
  if (storage) return storage;
  const classes = Object.keys(storages).join(", ");
  throw new Error(`There is no storage class ${JSON.stringify(name)}. The classes are: ${classes}.`);
}
