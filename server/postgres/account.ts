import { execFileSync, spawnSync } from "node:child_process";

/** Whom the server runs as. */
export type SystemAccount = { uid: number; gid: number };

/**
 * PostgreSQL refuses to run as root, so root lends it to the user `postgres`, made where there is none. Everybody else runs
 * it as themselves: `undefined`.
 */
export function findServerAccount(): SystemAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = findAccount("postgres") ?? (addUser() ? findAccount("postgres") : undefined) ?? findAccount("nobody");
  if (!account) {
    throw new Error(
      "PostgreSQL does not run as root, and no user `postgres` could be made. Start as an ordinary user or set DATABASE_URL.",
    );
  }
  return account;
}

/** Whether the account may pass through every folder on the way, and then read the file or enter the folder. */
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
  const made = spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], {
    stdio: "ignore",
  });
  return made.status === 0;
}
