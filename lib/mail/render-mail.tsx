import { render } from "@react-email/render";
import { footerLines, MailLayout, type MailLayoutProps, UNSUBSCRIBE_LABEL } from "./layout";

/** Renders a mail as HTML and as plain text. Both say the same. */
export async function renderMail(mail: MailLayoutProps): Promise<{ html: string; text: string }> {
  return { html: await render(<MailLayout {...mail} />), text: renderText(mail) };
}

/** Written from the words themselves: text made from HTML tables reads badly. */
function renderText({ subject, paragraphs, action, appUrl, unsubscribeUrl }: MailLayoutProps): string {
  const blocks = [
    subject,
    ...paragraphs,
    ...(action ? [`${action.label}:\n${appUrl}${action.path}`] : []),
    ["-- ", ...footerLines(appUrl)].join("\n"),
    ...(unsubscribeUrl ? [`${UNSUBSCRIBE_LABEL}:\n${unsubscribeUrl}`] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}
