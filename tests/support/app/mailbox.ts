import { appContext } from "@/app/_server/app-context";
import { deliverDueMails } from "@/lib/mail/deliver";
import { startSmtpServer } from "@/lib/mail/testing/smtp-server";

/** Starts a real mail server. Pass its `settings` to `createTestEnvironment`. */
export async function startMailbox() {
  const smtp = await startSmtpServer();
  return {
    settings: { SMTP_URL: smtp.url, MAIL_FROM: "dossier@example.org" },
    close: smtp.close,
    /** Delivers the outbox and returns the mails that an address got since the last call. */
    read: async (address: string) => {
      await deliverDueMails(appContext());
      const own = smtp.received.filter(({ recipients }) => recipients.includes(address));
      for (const mail of own) smtp.received.splice(smtp.received.indexOf(mail), 1);
      return own.map(({ subject = "", text = "" }) => ({
        subject,
        text,
        /** The token of the link on such a page. */
        tokenOf: (page: string) => text.match(new RegExp(`http://localhost:3000${page}/(\\S+)`))?.[1] ?? "",
      }));
    },
  };
}

export type Mailbox = Awaited<ReturnType<typeof startMailbox>>;
