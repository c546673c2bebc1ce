import type { Metadata } from "next";
import { appContext } from "@/app/_server/app-context";
import { PlainPage } from "@/app/_ui/plain-page";
import { findLink } from "@/lib/accounts/one-time-links";
import { AddressLink } from "../address-link";
import { BadAddressLink } from "../bad-address-link";

export const metadata: Metadata = { title: "New e-mail address", robots: { index: false, follow: false } };

/** Asks, and changes nothing by itself: programs that scan mails open every link. */
export default async function AddressPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const link = await findLink(appContext(), "address", token).catch(() => null);
  if (!link) return <BadAddressLink />;
  return (
    <PlainPage
      title="Use this address from now on?"
      action={
        <AddressLink
          path="/api/account/address/link"
          token={token}
          label="Use this address"
          done="Your account has the new address. You sign in with it from now on."
        />
      }
    >
      <p>
        You will sign in with <bdi>{link.email}</bdi>, and we write to it. We tell your earlier address, so
        that you can undo it for seven days.
      </p>
    </PlainPage>
  );
}
