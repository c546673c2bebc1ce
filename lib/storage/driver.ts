import type { z } from "zod";

/** Settings of the application that every driver may use. `Env` has all of them. */
export type AppSettings = {
  /** URL of the application, without a slash at the end. */
  APP_URL: string;
  AUTH_SECRET: string;
  /** Folder for everything that the application keeps on its own disk. */
  DATA_DIR: string;
  /** URL of a host that serves public objects, such as a CDN. */
  MEDIA_URL?: string | undefined;
  /** The hook that removes deleted objects from that CDN. */
  MEDIA_PURGE_URL?: string | undefined;
  VERCEL?: string | undefined;
  VERCEL_OIDC_TOKEN?: string | undefined;
};

/** Environment variables of one driver: their names and schemas. */
type VariableShape = z.ZodRawShape;
/** The values of these variables. `unknown` adds nothing to a type if the driver has none. */
export type ParsedVariables<Shape extends VariableShape> = keyof Shape extends never
  ? unknown
  : z.infer<z.ZodObject<Shape>>;

/**
 * One row of the drivers' table: how the environment configures a kind of storage. The row loads
 * no implementation, because the proxy in front of every page reads the environment too.
 */
export type StorageDriver<Shape extends VariableShape, Settings> = {
  /** Environment variables that only this driver reads. */
  variables: Shape;
  /** Returns what is wrong with the variables, as "NAME: what to do". */
  findProblems(env: ParsedVariables<Shape> & Pick<AppSettings, "VERCEL">): string[];
  settingsFromEnv(env: AppSettings & ParsedVariables<Shape>): Settings;
  /**
   * Returns the URLs, with a slash at the end, from which browsers load the objects of each class
   * without passing through the application. The content security policy permits them.
   */
  cspSources(env: ParsedVariables<Shape>): { public: string[]; private: string[] };
  capabilities: {
    /** Several servers share the objects, and they survive a new deployment. */
    isShared: boolean;
  };
};

/** Checks the types of a row and infers its variables. */
export function defineDriver<Shape extends VariableShape, Settings extends { driver: string }>(
  driver: StorageDriver<Shape, Settings>,
): StorageDriver<Shape, Settings> {
  return driver;
}

type UnionToIntersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  intersection: infer Intersection,
) => void
  ? Intersection
  : never;

/** The variables of all drivers of a table together. */
export type VariablesOfAll<Table extends Record<string, { variables: VariableShape }>> = UnionToIntersection<
  Table[keyof Table]["variables"]
>;

export function variablesOfAll<Table extends Record<string, { variables: VariableShape }>>(
  table: Table,
): VariablesOfAll<Table> {
  return Object.assign({}, ...Object.values(table).map(({ variables }) => variables));
}

export function driverNamesOf<Table extends object>(table: Table): (keyof Table & string)[] {
  const isName = (name: string): name is keyof Table & string => Object.hasOwn(table, name);
  return Object.keys(table).filter(isName);
}
