import type { Metadata } from "next";
import { appContext } from "@/app/_server/app-context";
import { PlainPage } from "@/app/_ui/plain-page";
import { findMailChoice } from "@/lib/mail/unsubscribe";

export const metadata: Metadata = { title: "Mails", robots: { index: false, follow: false } };

/** Asks, and changes nothing by itself: programs that scan mails open every link. */
export default async function UnsubscribePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await searchParams;
  const choice = typeof token === "string" ? await findMailChoice(appContext(), token) : null;
  if (typeof token !== "string" || !choice) return <BadLink />;
  const action = `/api/mail/unsubscribe?token=${encodeURIComponent(token)}`;
  return choice.isOff ? (
    <PlainPage
      title="Your mails are switched off"
      action={<ChoiceButton action={action} value="on" label="Switch mails on" style="button" />}
    >
      <p>You still get mails about the security of your account, for example if it is going to be erased.</p>
    </PlainPage>
  ) : (
    <PlainPage
      title="Switch your mails off?"
      action={
        <ChoiceButton action={action} value="off" label="Switch mails off" style="button button-primary" />
      }
    >
      <p>
        Then we write to you no longer about news of your documents, or about documents that wait for you. You
        still get mails about the security of your account.
      </p>
    </PlainPage>
  );
}

function BadLink() {
  return (
    <PlainPage
      title="This link does not work"
      action={
        <a href="/" className="button button-primary">
          Go to the home page
        </a>
      }
    >
      <p>The link may not be complete. Open it again from the mail, or copy all of it.</p>
    </PlainPage>
  );
}

/** A form, so that it works without a script. */
function ChoiceButton(props: { action: string; value: "on" | "off"; label: string; style: string }) {
  return (
    <form method="post" action={props.action}>
      <input type="hidden" name="mail" value={props.value} />
      <button type="submit" className={props.style}>
        {props.label}
      </button>
    </form>
  );
}
