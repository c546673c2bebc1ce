import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

/** How the server treats the next mails. Codes are SMTP replies. */
export type SmtpBehaviour = {
  /** Replies to the sender, to a recipient, or to the end of the mail. */
  mailFrom?: number;
  recipient?: (address: string) => number | undefined;
  data?: number;
  /** Closes the connection after the first bytes of a mail. */
  closesInTheMiddle?: boolean;
  /** Accepts the connection and never sends a greeting. */
  isSilent?: boolean;
};

/** A mail as a mail program reads it, and its raw source. */
export type ReceivedMail = ParsedMail & { raw: string; recipients: string[] };

/** The certificate of a server with TLS is self-signed, so no client trusts it. */
type ServerOptions = { login?: { user: string; password: string }; tls?: "none" | "STARTTLS" | "implicit" };

/** Starts a real SMTP server on this machine. It keeps the mails it accepts, and all logins. */
export async function startSmtpServer({ login, tls = "none" }: ServerOptions = {}) {
  const logins: unknown[] = [];
  const received: ReceivedMail[] = [];
  let behaviour: SmtpBehaviour = {};
  const reply = (code: number | undefined) =>
    code === undefined
      ? null
      : Object.assign(new Error("A text with ada@example.org."), { responseCode: code });
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    secure: tls === "implicit",
    disabledCommands: tls === "STARTTLS" ? [] : ["STARTTLS"],
    logger: false,
    disableReverseLookup: true,
    onConnect: (_, next) => {
      if (!behaviour.isSilent) next();
    },
    onAuth: ({ username, password }, _, next) => {
      logins.push(username);
      if (login && username === login.user && password === login.password) next(null, { user: username });
      else next(new Error("Wrong password."));
    },
    onMailFrom: (_, __, next) => next(reply(behaviour.mailFrom)),
    onRcptTo: ({ address }, _, next) => next(reply(behaviour.recipient?.(address))),
    onData: (stream, { envelope }, next) => {
      if (behaviour.closesInTheMiddle) {
        stream.resume();
        for (const { _socket } of server.connections as Iterable<{ _socket: { destroy(): void } }>)
          _socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const error = reply(behaviour.data);
        if (error) return next(error);
        const source = Buffer.concat(chunks);
        const recipients = envelope.rcptTo.map(({ address }) => address);
        received.push(Object.assign(await simpleParser(source), { raw: source.toString(), recipients }));
        next();
      });
    },
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const credentials = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : "";
  return {
    /** With short timeouts, so that a silent server costs a test little time. */
    url: `${tls === "implicit" ? "smtps" : "smtp"}://${credentials}127.0.0.1:${port}/?greetingTimeout=500&socketTimeout=2000`,
    received,
    logins,
    behave: (next: SmtpBehaviour) => {
      behaviour = next;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type TestSmtpServer = Awaited<ReturnType<typeof startSmtpServer>>;
