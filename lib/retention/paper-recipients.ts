import { ORGANISATION, type PaperInput } from "./paper";

/** Lists who gets data: people with access, and companies whose machines the site uses. */
export function listRecipients({ storage, mail }: Pick<PaperInput, "storage" | "mail">): string[] {
  return [
    `People of ${ORGANISATION} with access to a document type. An admin gives this access.`,
    "[Company that runs the server and the database, and its country.]",
    ...describeStorage(storage),
    mail?.transport.kind === "smtp"
      ? `The mail server ${new URL(mail.transport.url).hostname} gets e-mail addresses. No mail names a document or a person. [Company that runs it, and its country.]`
      : "No mail leaves the server, because no mail server is set.",
  ];
}

function describeStorage(storage: PaperInput["storage"]): string[] {
  const media =
    storage.mediaUrl === undefined
      ? []
      : [`Public pictures come from ${new URL(storage.mediaUrl).hostname}. [Company that runs it.]`];
  switch (storage.driver) {
    case "local":
      return ["The files are on a disk of the server itself.", ...media];
    case "s3": {
      // The region of another store than AWS is only a word in its signatures.
      const place = storage.endpoint
        ? `the store at ${new URL(storage.endpoint).hostname}`
        : `Amazon S3, in the region ${storage.region}`;
      return [`The files are in ${place}. [Company that runs it, and its country.]`, ...media];
    }
    default:
      return ["[Where the files are stored, by which company, and in which country.]"];
  }
}
