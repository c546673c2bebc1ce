import { execFileSync, spawnSync } from "node:child_process";

/** The system account that the server runs as. */
export type SystemAccount = { uid: number; gid: number };

/**
 * Returns the account to run PostgreSQL as, or `undefined` for the current one. PostgreSQL refuses
 * to run as root, so root runs it as the user `postgres`, which it creates if necessary.
 */
export function findServerAccount(): SystemAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account =
    findAccount("postgres") ?? (addUser() ? findAccount("postgres") : undefined) ?? findAccount("nobody");
  if (!account) {
    throw new Error(
      "PostgreSQL does not run as root, and the user `postgres` could not be created. Start as another user, or set DATABASE_URL.",
    );
  }
  return account;
}

/** Returns whether the account can read the file or enter the folder, through every parent. */
export function canReach(account: SystemAccount, path: string): boolean {
  const probe = spawnSync(
    "/bin/sh",
    ["-c", 'if test -d "$1"; then test -x "$1"; else test -r "$1"; fi', "sh", path],
    {
      ...account,
      cwd: "/",
      stdio: "ignore",
    },
  );
  return probe.status === 0;
}

function findAccount(name: string): SystemAccount | undefined {
  try {
    const id = (flag: string) =>
      Number.parseInt(
        execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
        10,
      );
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

function addUser(): boolean {
  const result = spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], {
    stdio: "ignore",
  });
  return result.status === 0;
}
