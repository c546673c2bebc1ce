import type { Clock } from "../clock";
import type { DriverName, SettingsOf } from "./drivers";
import { createLocalStorages } from "./local/local-storage";
import { createS3Storages } from "./s3/s3-storage";
import type { Storages } from "./storage";

export type DriverFactories = {
  [Name in DriverName]: (settings: SettingsOf<Name>, clock: Clock) => Storages;
};

/** Creates the storages of each driver. A factory opens neither a file nor a connection. */
export const DRIVER_FACTORIES: DriverFactories = {
  local: createLocalStorages,
  s3: createS3Storages,
};
