import { createTransport } from "nodemailer";
import { z } from "zod";
import type { Clock } from "../clock";
import { isLoopback } from "../loopback";
import { writeMailFiles } from "./mail-folder";
import { hostOf, type MailSettings } from "./settings";

/** A rendered mail for one address. */
export type OutgoingMail = {
  /** Of the outbox row. The Message-ID derives from it, so a mail sent twice is one to programs. */
  id: string;
  /** A verbatim address, without a name: anyone can sign up with any name. */
  to: string;
  subject: string;
  html: string;
  text: string;
  /** The URL for RFC 8058. A mail about security has none. */
  oneClickUrl: string | null;
};

/** How long the server may take for the connection, its greeting, and each reply. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Returns a function that sends one mail. It throws what `classifyFailure` understands. */
export function createSender(
  settings: MailSettings,
  transport: { kind: "smtp"; url: string } | { kind: "folder"; folder: string },
  clock: Clock,
): (mail: OutgoingMail) => Promise<void> {
  if (transport.kind === "smtp") {
    const smtp = createTransport(smtpOptions(transport.url));
    return async (mail) => void (await smtp.sendMail(messageOf(settings, mail)));
  }
  const stream = createTransport({ streamTransport: true, buffer: true, newline: "windows", ...NO_FILES });
  return async (mail) => {
    const { message } = await stream.sendMail(messageOf(settings, mail));
    if (!Buffer.isBuffer(message)) throw new Error("The mail was not composed in memory.");
    await writeMailFiles(transport.folder, mail.id, { eml: message, html: mail.html }, clock.now());
  };
}

/** A mail comes from our templates alone. Nothing in it may name a file or a URL to read. */
const NO_FILES = { disableFileAccess: true, disableUrlAccess: true } as const;

/**
 * Options of a mail server. Parameters of the URL override the timeouts. A password is sent to
 * another machine only over TLS.
 */
function smtpOptions(url: string) {
  const { username, protocol } = new URL(url);
  const needsTls = protocol === "smtp:" && username !== "" && !isLoopback(url);
  return { url, ...TIMEOUTS, ...NO_FILES, ...(needsTls ? { requireTLS: true } : {}) };
}

function messageOf({ from, appUrl }: MailSettings, mail: OutgoingMail) {
  return {
    from,
    // As an object: a text would be parsed, and may hold several addresses.
    to: { name: "", address: mail.to },
    messageId: `<${mail.id}@${hostOf(appUrl)}>`,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: {
      // RFC 3834: no out-of-office reply.
      "Auto-Submitted": "auto-generated",
      ...(mail.oneClickUrl
        ? {
            "List-Unsubscribe": { prepared: true, value: `<${mail.oneClickUrl}>` },
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
          }
        : {}),
    },
  };
}

const failureSchema = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,30}$/),
  responseCode: z.number().int().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
});

export type SendFailure = {
  /** "away": no mail can be sent now. "later": this one cannot. "never": the server refused it. */
  kind: "away" | "later" | "never";
  /** Codes only: a text of the server may repeat the address. */
  reason: string;
};

/** The commands whose replies concern one mail: its recipient, its content. */
const COMMANDS_OF_ONE_MAIL: readonly string[] = ["RCPT TO", "DATA"];

export function classifyFailure(error: unknown): SendFailure {
  const parsed = failureSchema.safeParse(error);
  if (!parsed.success) return { kind: "later", reason: "unknown" };
  const { code, responseCode, command = "" } = parsed.data;
  const reason = responseCode === undefined ? code : `${code} ${responseCode}`;
  // A refused sender or password is a wrong setting: all mails wait until the operator corrects it.
  if (responseCode === undefined || !COMMANDS_OF_ONE_MAIL.includes(command)) return { kind: "away", reason };
  return { kind: responseCode >= 500 ? "never" : "later", reason };
}
