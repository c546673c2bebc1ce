import type { AppSettings, ParsedVariables, VariablesOfAll } from "./driver";
import { LOCAL_DRIVER } from "./local/driver";
import { S3_DRIVER } from "./s3/driver";

/**
 * The drivers' table. The name of a row is a value of `STORAGE`. To add a driver, add its row here;
 * the type checker then names the other places: its factory and its case in the doctor.
 */
export const DRIVERS = {
  local: LOCAL_DRIVER,
  s3: S3_DRIVER,
};

export type DriverName = keyof typeof DRIVERS;

/** The part of the environment that configures storage. */
export type StorageEnv = AppSettings & { STORAGE: DriverName } & ParsedVariables<
    VariablesOfAll<typeof DRIVERS>
  >;

export type SettingsOf<Name extends DriverName> = ReturnType<(typeof DRIVERS)[Name]["settingsFromEnv"]>;

/** The settings of any driver; `driver` tells which. */
export type StorageSettings = { [Name in DriverName]: SettingsOf<Name> }[DriverName];
