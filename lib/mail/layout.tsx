import type { MailContent } from "./template";

export type MailLayoutProps = MailContent & {
  appUrl: string;
  /** The page that switches mails off. A mail about security has none. */
  unsubscribeUrl: string | null;
};

/** The colours of app/globals.css. Mail programs read neither OKLCH nor light-dark(). */
const LIGHT = {
  paper: "#fcfaf6",
  sheet: "#ffffff",
  ink: "#151b24",
  muted: "#474d58",
  hairline: "#dcd9d2",
  accent: "#00636d",
  onAccent: "#ffffff",
};
const DARK: typeof LIGHT = {
  paper: "#0f141c",
  sheet: "#181e27",
  ink: "#efece7",
  muted: "#b1b6be",
  hairline: "#313741",
  accent: "#6bd0d6",
  onAccent: "#03171d",
};

// Fonts of the reader's machine: a mail loads nothing.
const SERIF = "'Source Serif 4', Georgia, 'Times New Roman', serif";
const SANS = "Inter, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Overrides the inline colours. Programs without a dark theme ignore it. */
const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: ${DARK.paper} !important; }
  .sheet { background: ${DARK.sheet} !important; border-color: ${DARK.hairline} !important; border-top-color: ${DARK.accent} !important; }
  .ink { color: ${DARK.ink} !important; }
  .muted { color: ${DARK.muted} !important; }
  .accent { color: ${DARK.accent} !important; }
  .button { background: ${DARK.accent} !important; }
  .label { color: ${DARK.onAccent} !important; }
}
@media (max-width: 479px) {
  .paper { padding: 16px 12px 32px !important; }
  .sheet { padding: 24px 20px !important; }
  h1 { font-size: 23px !important; line-height: 30px !important; }
}`;

/** One look for every mail: a sheet on paper, in tables, because old programs know nothing else. */
export function MailLayout({ subject, paragraphs, action, appUrl, unsubscribeUrl }: MailLayoutProps) {
  const text = { margin: "0 0 16px", font: `400 16px/26px ${SANS}`, color: LIGHT.ink };
  const small = { margin: "0 0 8px", font: `400 14px/22px ${SANS}`, color: LIGHT.muted };
  return (
    <html lang="en" dir="ltr">
      {/* biome-ignore lint/style/noHeadElement: a mail is a document of its own, not a page of Next */}
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{subject}</title>
        <style>{STYLE}</style>
      </head>
      <body className="paper" style={{ margin: 0, padding: 0, background: LIGHT.paper }}>
        <Table>
          <td className="paper" align="center" style={{ padding: "32px 16px 48px", background: LIGHT.paper }}>
            <Table maxWidth={560}>
              <td align="left" style={{ padding: "0 4px 16px" }}>
                <a
                  href={appUrl}
                  className="ink"
                  style={{ font: `600 20px/28px ${SERIF}`, color: LIGHT.ink, textDecoration: "none" }}
                >
                  Dossier
                </a>
              </td>
            </Table>
            <Table maxWidth={560}>
              <td
                className="sheet"
                align="left"
                style={{
                  padding: "32px 36px",
                  background: LIGHT.sheet,
                  border: `1px solid ${LIGHT.hairline}`,
                  borderTop: `3px solid ${LIGHT.accent}`,
                  borderRadius: "0 0 6px 6px",
                }}
              >
                <h1
                  className="ink"
                  style={{
                    margin: "0 0 16px",
                    font: `400 26px/34px ${SERIF}`,
                    color: LIGHT.ink,
                    textWrap: "balance",
                  }}
                >
                  {subject}
                </h1>
                {paragraphs.map((paragraph) => (
                  <p key={paragraph} className="ink" style={text}>
                    {paragraph}
                  </p>
                ))}
                {action ? <Action label={action.label} url={`${appUrl}${action.path}`} /> : null}
              </td>
            </Table>
            <Table maxWidth={560}>
              <td align="left" style={{ padding: "20px 4px 0" }}>
                {footerLines(appUrl).map((line) => (
                  <p key={line} className="muted" style={small}>
                    {line}
                  </p>
                ))}
                {unsubscribeUrl ? (
                  <p style={{ ...small, margin: 0 }}>
                    <a href={unsubscribeUrl} className="accent" style={{ color: LIGHT.accent }}>
                      {UNSUBSCRIBE_LABEL}
                    </a>
                  </p>
                ) : null}
              </td>
            </Table>
          </td>
        </Table>
      </body>
    </html>
  );
}

export const UNSUBSCRIBE_LABEL = "Switch mails off";

/** The lines below every mail, in HTML and in text. */
export function footerLines(appUrl: string): string[] {
  return [
    `This mail comes from Dossier at ${new URL(appUrl).host}.`,
    "Our mails never name a document, because other people may see your mailbox.",
  ];
}

function Action({ label, url }: { label: string; url: string }) {
  return (
    <table role="presentation" cellPadding={0} cellSpacing={0} border={0} style={{ margin: "24px 0 4px" }}>
      <tbody>
        <tr>
          <td className="button" style={{ background: LIGHT.accent, borderRadius: 6 }}>
            <a
              href={url}
              className="label"
              style={{
                display: "inline-block",
                padding: "11px 22px",
                font: `600 16px/22px ${SANS}`,
                color: LIGHT.onAccent,
                textDecoration: "none",
              }}
            >
              {label}
            </a>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Table({ maxWidth, children }: { maxWidth?: number; children: React.ReactNode }) {
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding={0}
      cellSpacing={0}
      border={0}
      style={{ borderCollapse: "separate", ...(maxWidth ? { maxWidth } : {}) }}
    >
      <tbody>
        <tr>{children}</tr>
      </tbody>
    </table>
  );
}
