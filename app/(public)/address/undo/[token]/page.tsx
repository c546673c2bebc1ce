import type { Metadata } from "next";
import { appContext } from "@/app/_server/app-context";
import { PlainPage } from "@/app/_ui/plain-page";
import { findLink } from "@/lib/accounts/one-time-links";
import { AddressLink } from "../../address-link";
import { BadAddressLink } from "../../bad-address-link";

export const metadata: Metadata = { title: "Earlier address", robots: { index: false, follow: false } };

/** Asks, and changes nothing by itself: programs that scan mails open every link. */
export default async function UndoAddressPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const link = await findLink(appContext(), "address-undo", token).catch(() => null);
  if (!link) return <BadAddressLink />;
  return (
    <PlainPage
      title="Bring your earlier address back?"
      action={
        <AddressLink
          path="/api/account/address/undo"
          token={token}
          label="Bring it back"
          done="Your earlier address is back, and all devices are signed out. If a stranger made the change, set a new password now."
        />
      }
    >
      <p>
        Your account gets the address <bdi>{link.email}</bdi> again. All devices are signed out, and passkeys
        and apps that were added since the change no longer work.
      </p>
    </PlainPage>
  );
}
