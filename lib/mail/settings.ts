import { join } from "node:path";
import type { Env } from "../config/env";

/** Where mails go. "waiting": they stay in the outbox, because this server may not send them. */
export type MailTransport =
  | { kind: "smtp"; url: string }
  | { kind: "folder"; folder: string }
  | { kind: "waiting"; why: "preview" | "no SMTP_URL on Vercel" };

export type MailSettings = {
  /** URL of the application, for links. Never the Host header of a request. */
  appUrl: string;
  from: { name: string; address: string };
  transport: MailTransport;
  /** Where mails are files as long as there is no mail server. Old ones may be left after that. */
  folder?: string;
  /** Signs the links that switch mails off. */
  secret: string;
};

export function mailSettingsFromEnv(env: Env): MailSettings {
  return {
    appUrl: env.APP_URL,
    from: env.MAIL_FROM ?? { name: "Dossier", address: `no-reply@${hostOf(env.APP_URL)}` },
    transport: transportOf(env),
    ...(env.VERCEL ? {} : { folder: folderOf(env) }),
    secret: env.AUTH_SECRET,
  };
}

function transportOf(env: Env): MailTransport {
  // The mails of a preview are copies of those that production sends, or tests.
  if (env.VERCEL_ENV === "preview") return { kind: "waiting", why: "preview" };
  if (env.SMTP_URL) return { kind: "smtp", url: env.SMTP_URL };
  // A function has no disk of its own.
  if (env.VERCEL) return { kind: "waiting", why: "no SMTP_URL on Vercel" };
  return { kind: "folder", folder: folderOf(env) };
}

function folderOf({ DATA_DIR }: Env): string {
  // Without the comment, the file tracing of a build adds every folder named "mail".
  return join(/* turbopackIgnore: true */ DATA_DIR, "mail");
}

/** Returns the host name of the application, without its port. */
export function hostOf(appUrl: string): string {
  return new URL(appUrl).hostname;
}
